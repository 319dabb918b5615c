import CLinux
import Glibc

/// The contexts that the policy of SELinux has for files, as libselinux knows them; see file_contexts(5).
final class ExpectedContexts {
  private let labels: OpaquePointer

  /// - Parameter file: the file_contexts to look in; nil: the policy's.
  ///
  /// Nil where there is no such file, or no libselinux.
  init?(file: String? = nil) {
    guard let labels = tl_open_labels(file) else { return nil }
    self.labels = labels
  }

  deinit { tl_close_labels(labels) }

  /// The context of the file that a path leads to, by its name without symbolic links and its kind; nil when the policy
  /// has none for it.
  func context(of path: String) -> [UInt8]? {
    guard let name = realpath(path, nil) else { return nil }
    defer { free(name) }
    var information = stat()
    guard stat(name, &information) == 0 else { return nil }
    return SecurityContexts.text { tl_expected_context(labels, name, information.st_mode, $0, $1) }
  }
}
