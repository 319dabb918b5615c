/// What is the same in every page. Everything that comes from the trace is put in as text, never as markup.
enum PageTemplate {
  static let head = #"""
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Trace report</title>
    <style>
    :root { --ground: #ffffff; --panel: #f5f6f8; --ink: #1c2128; --faint: #5f6b7a; --line: #d8dde3; --mark: #1f6feb; --bad: #b42318;
      --bar: #9cc3f5; }
    @media (prefers-color-scheme: dark) {
      :root { --ground: #14171c; --panel: #1d2229; --ink: #e4e8ee; --faint: #97a3b3; --line: #343c46; --mark: #6cb0ff; --bad: #ff8a7a;
        --bar: #31598c; }
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--ground); color: var(--ink); font: 14px/1.45 system-ui, sans-serif; }
    main { max-width: 1280px; margin: 0 auto; padding: 16px 24px 64px; }
    h1 { font-size: 22px; margin: 12px 0 4px; overflow-wrap: anywhere; }
    h2 { font-size: 17px; margin: 36px 0 8px; border-bottom: 1px solid var(--line); padding-bottom: 4px; }
    nav { position: sticky; top: 0; background: var(--ground); border-bottom: 1px solid var(--line); padding: 8px 24px; z-index: 1; }
    nav a { color: var(--mark); margin-right: 14px; text-decoration: none; }
    nav a:hover, nav a:focus { text-decoration: underline; }
    .faint, .note { color: var(--faint); }
    .figures { display: flex; flex-wrap: wrap; gap: 10px; margin: 14px 0; }
    .figure { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 8px 14px; }
    .figure b { display: block; font-size: 19px; }
    .scroll { overflow-x: auto; max-height: 70vh; overflow-y: auto; border: 1px solid var(--line); border-radius: 6px; }
    table { border-collapse: collapse; width: 100%; }
    th, td { text-align: left; padding: 3px 10px; white-space: nowrap; border-bottom: 1px solid var(--line); }
    th { position: sticky; top: 0; background: var(--panel); cursor: pointer; font-weight: 600; user-select: none; }
    th.sorted::after { content: " ▾"; } th.sorted.up::after { content: " ▴"; }
    td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
    td.text { white-space: normal; overflow-wrap: anywhere; min-width: 16em; font-family: ui-monospace, monospace; font-size: 12.5px; }
    td.bad, .bad { color: var(--bad); }
    input[type=search] { width: 280px; max-width: 100%; padding: 4px 8px; margin: 4px 0 8px; border: 1px solid var(--line);
      border-radius: 6px; background: var(--panel); color: var(--ink); font: inherit; }
    .bars { display: inline-flex; align-items: flex-end; height: 20px; gap: 1px; }
    .bars i { width: 4px; background: var(--mark); display: block; }
    .lane { padding: 0 8px; display: grid; grid-template-columns: 220px 1fr; gap: 8px; align-items: center; }
    .lane span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: 12.5px; }
    .lane canvas { width: 100%; height: 14px; background: var(--panel); }
    #tree div { white-space: pre; font-family: ui-monospace, monospace; font-size: 12.5px; }
    </style>
    </head>
    <body>
    <nav><a href="#processes">Processes</a><a href="#timeline">Timeline</a><a href="#calls">Calls</a><a href="#slowest">Slowest</a>
    <a href="#failures">Failures</a><a href="#files">Files</a><a href="#peers">Network</a><a href="#signals">Signals</a></nav>
    <main id="main"><h1 id="title">Trace</h1><div id="about" class="faint"></div><div class="figures" id="figures"></div>
    <h2 id="processes">Processes</h2><p class="note">Indented under the process that started them; calls, time in calls, how it ended.</p>
    <div id="tree" class="scroll"></div>
    <h2 id="timeline">Timeline by thread</h2><p class="note">The darker, the more of the time was spent in calls.</p><div id="lanes" class="scroll"></div>
    <h2 id="calls">Calls</h2><div id="callTable"></div>
    <h2 id="slowest">Slowest calls</h2><div id="slowTable"></div>
    <h2 id="failures">Failed calls: what was looked for and not found</h2><div id="failTable"></div>
    <h2 id="files">Files and other descriptors</h2><div id="fileTable"></div>
    <h2 id="peers">Network and socket peers</h2><div id="peerTable"></div>
    <h2 id="signals">Signals</h2><div id="signalTable"></div>
    </main>
    <script type="application/json" id="data">
    """#

  static let tail = #"""
    </script>
    <script>
    "use strict";
    const data = JSON.parse(document.getElementById("data").textContent);
    const at = id => document.getElementById(id);
    // What would move the cursor, turn the reading direction or take no room is shown by its number.
    const shown = text => String(text).replace(/[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
      c => c === "\n" ? "\\n" : c === "\t" ? "\\t" : "\\u{" + c.codePointAt(0).toString(16) + "}");
    const made = (tag, text, name) => {
      const element = document.createElement(tag);
      if (text !== undefined) element.textContent = shown(text);
      if (name) element.className = name;
      return element;
    };
    const number = value => value.toLocaleString("en");
    const time = ns => ns < 1e3 ? ns + " ns" : ns < 1e6 ? (ns / 1e3).toPrecision(3) + " µs" : ns < 1e9 ? (ns / 1e6).toPrecision(3) + " ms"
      : ns < 1e12 ? (ns / 1e9).toPrecision(3) + " s" : number(Math.round(ns / 1e9)) + " s";
    const bytes = count => count < 1024 ? number(count) : count < 1048576 ? (count / 1024).toFixed(1) + " KiB"
      : count < 1073741824 ? (count / 1048576).toFixed(1) + " MiB" : (count / 1073741824).toFixed(1) + " GiB";
    const bars = counts => {
      const box = made("span", undefined, "bars");
      const most = Math.max(...counts, 1);
      for (const count of counts) {
        const bar = made("i");
        bar.style.height = count ? Math.max(2, 20 * count / most) + "px" : "0";
        box.append(bar);
      }
      box.title = "1 µs to 10 s, four columns to a power of ten";
      return box;
    };
    // columns: [heading, kind]; kinds: text, n, time, bytes, bad, bars, yes
    const table = (place, source, columns, sorted) => {
      const home = at(place);
      if (!source.rows.length) { home.append(made("p", "None.", "note")); return; }
      const search = made("input");
      search.type = "search";
      search.placeholder = "Filter";
      search.setAttribute("aria-label", "Filter");
      const note = made("span", "", "note");
      const box = made("div", undefined, "scroll");
      const body = made("tbody");
      let order = sorted, up = false, limit = 200;
      const heads = columns.map(([heading, kind], index) => {
        const head = made("th", heading, ["n", "time", "bytes"].includes(kind) ? "n" : "");
        head.onclick = () => { up = order === index ? !up : false; order = index; draw(); };
        return head;
      });
      const cell = (value, kind) => {
        if (kind === "bars") { const td = made("td"); td.append(bars(value)); return td; }
        if (value === null) return made("td", "");
        if (kind === "n") return made("td", number(value), "n");
        if (kind === "time") return made("td", time(value), "n");
        if (kind === "bytes") return made("td", bytes(value), "n");
        if (kind === "yes") return made("td", value ? "yes" : "");
        return made("td", value, kind);
      };
      const draw = () => {
        const wanted = search.value.toLowerCase();
        let rows = source.rows;
        if (wanted) rows = rows.filter(row => row.some(value => typeof value === "string" && value.toLowerCase().includes(wanted)));
        if (order !== undefined) rows = rows.slice().sort((a, b) => {
          const [x, y] = [a[order], b[order]];
          const by = typeof x === "number" && typeof y === "number" ? y - x : String(x).localeCompare(String(y));
          return up ? -by : by;
        });
        heads.forEach((head, index) => {
          head.classList.toggle("sorted", index === order);
          head.classList.toggle("up", up && index === order);
        });
        body.replaceChildren(...rows.slice(0, limit).map(row => {
          const line = made("tr");
          row.forEach((value, index) => line.append(cell(value, columns[index][1])));
          return line;
        }));
        const left = source.total - source.rows.length;
        note.textContent = " " + number(Math.min(limit, rows.length)) + " of " + number(rows.length)
          + (left > 0 ? "; " + number(left) + " more are not in this page" : "");
        more.hidden = rows.length <= limit;
      };
      const more = made("button", "Show all");
      more.onclick = () => { limit = Infinity; draw(); };
      const all = made("table"), header = made("thead"), line = made("tr");
      line.append(...heads);
      header.append(line);
      all.append(header, body);
      box.append(all);
      search.oninput = draw;
      home.append(search, note, " ", more, box);
      draw();
    };

    const text = value => typeof value === "string" ? value : value && (value.text ?? (value.base64 && "(bytes " + value.base64 + ")"))
      || "?";
    const header = data.header;
    const command = header && header.command.length ? header.command.map(text).join(" ") : "Trace";
    at("title").textContent = shown(command);
    document.title = "Trace: " + shown(command).slice(0, 80);
    if (header) at("about").textContent = shown(`${text(header.host)}, Linux ${text(header.kernel)}, ${
      new Date(header.time * 1000).toISOString()}, options ${header.options.map(text).join(" ")}`);
    const sum = (rows, index) => rows.reduce((total, row) => total + row[index], 0);
    const figures = [
      [time(data.end), "from first to last event"], [number(data.lines), "events"],
      [number(sum(data.calls.rows, 1)), "calls"], [number(sum(data.calls.rows, 2)), "failed calls"],
      [time(sum(data.calls.rows, 3)), "in calls"], [number(data.processes.total), "processes"],
      [number(data.threads.total), "threads"], [number(data.files.total), "files"], [number(data.peers.total), "peers"],
    ];
    if (data.unfinished) figures.push([number(data.unfinished), "calls never returned"]);
    if (data.bad) figures.push([number(data.bad), "lines are no events"]);
    for (const [value, label] of figures) {
      const box = made("div", undefined, "figure");
      box.append(made("b", value), made("span", label, "faint"));
      at("figures").append(box);
    }

    const children = new Map(), known = new Set(data.processes.rows.map(row => row[0]));
    for (const row of data.processes.rows) {
      const parent = known.has(row[1]) && row[1] !== row[0] ? row[1] : null;
      if (!children.has(parent)) children.set(parent, []);
      children.get(parent).push(row);
    }
    const visited = new Set();
    const branch = (parent, depth) => {
      for (const row of children.get(parent) || []) {
        if (visited.has(row[0])) continue;
        visited.add(row[0]);
        const [pid, , name, program, calls, failures, inside, first, last, end] = row;
        const line = made("div", "  ".repeat(Math.min(depth, 40)) + pid + "  " + (program || name || "?") + "  ");
        line.append(made("span", `${number(calls)} calls, ${number(failures)} failed, ${time(inside)} in calls, ${
          time(last - first)} long${end === "" ? "" : ", ended with " + end}`, end && end !== "0" ? "faint bad" : "faint"));
        at("tree").append(line);
        branch(pid, depth + 1);
      }
    };
    branch(null, 0);
    for (const row of data.processes.rows) if (!visited.has(row[0])) branch(row[1], 0);
    if (data.processes.total > data.processes.rows.length)
      at("tree").append(made("div", number(data.processes.total - data.processes.rows.length) + " more are not in this page"));

    const paint = () => {
      const colour = getComputedStyle(document.documentElement).getPropertyValue("--mark").trim();
      document.querySelectorAll(".lane canvas").forEach(canvas => {
        const row = canvas.row, width = canvas.width = 1024, pen = canvas.getContext("2d");
        canvas.height = 14;
        pen.fillStyle = colour;
        const step = width * row[5] / data.end;
        [...row[4]].forEach((digit, index) => {
          if (digit === "0") return;
          pen.globalAlpha = 0.15 + 0.85 * (Number(digit) - 1) / 8;
          pen.fillRect(index * step, 0, Math.max(step, 1), 14);
        });
      });
    };
    for (const row of data.threads.rows) {
      const lane = made("div", undefined, "lane"), canvas = made("canvas");
      canvas.row = row;
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", "Activity of thread " + row[0]);
      lane.append(made("span", `${row[0]} ${row[2]}  ${number(row[3])} calls`), canvas);
      at("lanes").append(lane);
    }
    if (data.threads.total > data.threads.rows.length)
      at("lanes").append(made("p", "The busiest " + data.threads.rows.length + " of " + number(data.threads.total) + ".", "note"));
    paint();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);

    table("callTable", data.calls, [["Call", "text"], ["Calls", "n"], ["Errors", "n"], ["Time", "time"], ["p50", "time"],
      ["p90", "time"], ["p99", "time"], ["Longest", "time"], ["Distribution, 1 µs to 10 s", "bars"]], 3);
    table("slowTable", data.slowest, [["At", "time"], ["Took", "time"], ["pid", ""], ["tid", ""], ["Call", ""], ["Arguments", "text"],
      ["Result", "text"]], 1);
    table("failTable", data.failures, [["Times", "n"], ["Error", "bad"], ["Call", ""], ["Path", "text"]], 0);
    const traffic = [["Opened", "n"], ["Created", "yes"], ["Read", "bytes"], ["Written", "bytes"], ["Time", "time"]];
    table("fileTable", data.files, [["Path", "text"], ...traffic]);
    table("peerTable", data.peers, [["Peer", "text"], ["Connections", "n"], ["", "yes"], ["Received", "bytes"], ["Sent", "bytes"],
      ["Time", "time"]]);
    table("signalTable", data.signals, [["Signal", ""], ["To process", ""], ["Times", "n"]], 2);
    document.documentElement.dataset.ready = "true";
    </script>
    </body>
    </html>

    """#
}
