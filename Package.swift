// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "trapline",
  products: [
    .executable(name: "trapline", targets: ["trapline"]),
    .executable(name: "trapline-report", targets: ["trapline-report"]),
    // To trace from a program of one's own: docs/LIBRARY.md.
    .library(name: "Tracing", targets: ["Tracing"]),
  ],
  dependencies: [
    // One release exactly: what is built is what was tested.
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0")
  ],
  targets: [
    // What Swift cannot call or say.
    .target(name: "CLinux"),
    .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),

    // The tables: the shape of the compiled data, the compiler, the data, the look-up.
    .target(name: "CTableFormat"),
    .target(name: "CSyscallTables", dependencies: ["CTableFormat"], exclude: ["generated"]),
    .target(name: "SyscallTables", dependencies: ["CSyscallTables", "CTableFormat"]),
    .target(name: "TableLanguage", dependencies: ["CTableFormat"]),
    .executableTarget(
      name: "TableCompiler",
      dependencies: ["TableLanguage"]),

    // Stacks, by libdw when it is there.
    .target(name: "CUnwinding"),
    .target(
      name: "StackTraces", dependencies: ["CUnwinding", "Decoding"],
      linkerSettings: [.linkedLibrary("stdc++")]),

    // The way of the data: stop, tape, bytes.
    .target(name: "Linux", dependencies: ["CLinux", "Settings"]),
    .target(name: "Ptrace", dependencies: ["CLinux", "Linux", "Settings", "SyscallTables"]),
    .target(
      name: "Decoding", dependencies: ["Settings", "SyscallTables", "CSyscallTables", "CTableFormat"]),
    // Reading a tape: text, data, conditions and the library stand on it.
    .target(name: "Values", dependencies: ["Decoding", "SyscallTables", "CTableFormat"]),
    .target(
      name: "Tracing",
      dependencies: [
        "Settings", "Linux", "Ptrace", "Decoding", "Values", "Surroundings", "SyscallTables", "CTableFormat",
        "CSeccomp", "CBPF", "CapturePlans", "CLinux",
      ]),
    .target(
      name: "Formatting",
      dependencies: [
        "Settings", "Decoding", "Values", "SyscallTables", "CSyscallTables", "CTableFormat", "Distributions",
      ]),
    // How long calls took.
    .target(name: "Distributions", dependencies: [.product(name: "Histogram", package: "hdrhistogram-swift")]),
    // What can be asked about a tracee besides its memory.
    .target(name: "Surroundings", dependencies: ["Settings", "CLinux", "Linux", "Decoding", "SyscallTables"]),

    // Recording calls in the kernel: the programs and their loader, and what they are told to read.
    .target(name: "CBPF", exclude: ["generated", "programs"]),
    .target(
      name: "CapturePlans", dependencies: ["CBPF", "Settings", "SyscallTables", "CSyscallTables", "CTableFormat"]),

    // What can be said of a trace: plain values, which options fill and the other modules read.
    .target(name: "Settings", dependencies: ["SyscallTables"]),
    // The command line.
    .target(name: "Version"),
    .target(name: "Options", dependencies: ["Settings", "SyscallTables"]),
    .executableTarget(name: "ManualCompiler", dependencies: ["Options"]),
    .target(
      name: "Conditions", dependencies: ["Decoding", "Values", "SyscallTables", "CSyscallTables", "CTableFormat"]),
    .executableTarget(
      name: "trapline",
      dependencies: [
        "Version", "Settings", "Options", "Conditions", "Tracing", "Decoding", "Formatting", "StackTraces",
        "Surroundings", "SyscallTables", "CSyscallTables", "CTableFormat", "Linux", "Ptrace",
      ]),

    // The page about a trace, and policies from it: they read what `--json` wrote.
    .target(
      name: "Reporting", dependencies: ["Distributions"],
      // In the program, which needs no file beside it.
      resources: [.embedInCode("Resources/report.html"), .embedInCode("Resources/comparison.html")]),
    .executableTarget(name: "trapline-report", dependencies: ["Reporting", "Version"]),

    // What decoding and formatting cost, on recorded stops.
    .executableTarget(
      name: "bench-decode", dependencies: ["Decoding", "Formatting", "Linux", "Ptrace", "SyscallTables"],
      path: "fixtures/bench/decode", exclude: ["stops.txt"]),

    // Calls made up from the tables, under strace and under Trapline.
    .executableTarget(
      name: "differential", dependencies: ["TableLanguage"], path: "fixtures/differential", exclude: ["accepted.tsv"]),

    // Foreign input, made up and mutated, for whatever takes it (`make fuzz`).
    .target(
      name: "FuzzTargets",
      dependencies: [
        "Conditions", "CSyscallTables", "CTableFormat", "Decoding", "Distributions", "Formatting", "Linux", "Options",
        "Reporting", "Settings", "SyscallTables", "TableLanguage", "TestSupport",
      ], path: "fixtures/fuzz/targets"),
    .executableTarget(name: "fuzz", dependencies: ["FuzzTargets"], path: "fixtures/fuzz/driver"),

    .testTarget(name: "OptionsTests", dependencies: ["Options", "Settings", "SyscallTables"]),
    .testTarget(name: "ConditionsTests", dependencies: ["Conditions", "Decoding", "SyscallTables", "CTableFormat"]),
    .target(name: "TestSupport", path: "Tests/TestSupport"),
    .testTarget(
      name: "FormattingTests",
      dependencies: ["Formatting", "Decoding", "Values", "SyscallTables", "CTableFormat", "TestSupport"]),

    .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets"]),
    .testTarget(name: "TableLanguageTests", dependencies: ["TableLanguage"]),
    // The built program against strace and the recordings; it imports none of the modules.
    .testTarget(name: "EndToEndTests", dependencies: ["TestSupport"]),
    .testTarget(name: "SurroundingsTests", dependencies: ["Surroundings", "Decoding"]),
    .testTarget(
      name: "TracingTests",
      dependencies: [
        "CLinux", "Linux", "Settings", "Ptrace", "Tracing", "Decoding", "Values", "SyscallTables", "CBPF",
        "CapturePlans", "TestSupport",
      ]),
    .testTarget(
      name: "DecodingTests",
      dependencies: [
        "Decoding", "Values", "Formatting", "Conditions", "Tracing", "SyscallTables", "CTableFormat", "TestSupport",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
