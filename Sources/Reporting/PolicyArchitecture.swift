/// What policies call an ABI of a trace.
struct PolicyArchitecture {
  /// In a profile of Docker's: libseccomp's constant; see seccomp_arch_add(3).
  let inProfiles: String
  /// In a unit: see systemd.exec(5).
  let inUnits: String

  /// Nil for an ABI that no policy can name: a log may have been written by somebody else.
  ///
  /// - Parameter abi: the name that JSON has of it
  init?(_ abi: String) {
    guard let (filter, unit) = Self.names[abi] else { return nil }
    (inProfiles, inUnits) = ("SCMP_ARCH_" + filter.uppercased(), unit)
  }

  private static let names = [
    "x86_64": ("x86_64", "x86-64"), "i386": ("x86", "x86"), "x32": ("x32", "x32"), "aarch64": ("aarch64", "arm64"),
    "arm": ("arm", "arm"),
  ]
}
