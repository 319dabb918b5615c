import Foundation
import Testing

/// Pages in a browser, wide and narrow: nothing is cut off, and nothing sticks out.
@Suite("Pages", .serialized)
struct PageTests {
  @Test(arguments: [1400, 400], ["light", "dark"]) func pagesFit(width: Int, scheme: String) throws {
    guard let browser = Machine.find("chromium") else { try Test.cancel("chromium is not installed") }
    guard let python = Machine.find("python3") else { try Test.cancel("python3 is not installed") }
    let place = try TemporaryDirectory()
    let log = try Reports.trace(place, [python, Fixtures.python.appendingPathComponent("hostile_names.py").path])
    let other = place.url.appendingPathComponent("other.jsonl")
    try FileManager.default.moveItem(at: log, to: other)
    _ = try Reports.trace(
      place, shell("cat /srv/\(String(repeating: "long-name", count: 25)); exit 3"), end: .exited(3))
    for question in [[log.path], ["--compare", "--format=html", other.path, log.path]] {
      let page = place.url.appendingPathComponent("page.html")
      #expect(try Reports.report(place, ["-o", page.path] + question).end == .exited(0))
      // A browser's window has a least width, a frame in it has none.
      let frame = place.url.appendingPathComponent("frame.html")
      try Self.frame(width).write(to: frame, atomically: true, encoding: .utf8)
      let shown = Run(directory: place.url)(
        [
          browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage",
          "--user-data-dir=\(place.url.path)/profile", "--virtual-time-budget=8000", "--window-size=1500,1000",
          "--blink-settings=preferredColorScheme=\(scheme == "dark" ? 0 : 1)", "--allow-file-access-from-files",
          "--disable-web-security", "--dump-dom", "file://\(frame.path)",
        ])
      #expect(shown.end == .exited(0), "\(shown.errors.suffix(500))")
      let told = try #require(shown.output.firstMatch(of: /data-told="([^"]*)"/)?.output.1, "\(shown.output)")
      #expect(told == "ready \(scheme)", "\(question) \(width)")
    }
  }

  /// A page that says of another whether it is complete, what sticks out of it or is cut off, and whether it is dark.
  private static func frame(_ width: Int) -> String {
    """
    <!doctype html><iframe id="frame" src="page.html" width="\(width)" height="900" style="border: 0"></iframe>
    <script>
    document.getElementById("frame").onload = event => {
      const page = event.target.contentDocument, root = page.documentElement;
      const faults = [...page.querySelectorAll("body *")].filter(element => {
        const style = event.target.contentWindow.getComputedStyle(element);
        if (["auto", "scroll"].includes(style.overflowX)) return false;
        const isCut = ["hidden", "clip"].includes(style.overflowX) && element.scrollWidth > element.clientWidth + 1;
        return isCut || !element.closest(".scroll, .lanes") && element.getBoundingClientRect().right > \(width) + 1;
      }).map(element => `${element.tagName}.${element.className}`);
      const [red] = event.target.contentWindow.getComputedStyle(page.body).backgroundColor.match(/\\d+/);
      document.documentElement.dataset.told = [
        root.dataset.ready === "true" ? "ready" : "unready", red < 100 ? "dark" : "light", ...faults].join(" ");
    };
    </script>
    """
  }
}
