import Glibc

/// The Swift runtime's own demangler; the result is allocated with `malloc`.
@_silgen_name("swift_demangle")
private func swiftDemangle(
  _ name: UnsafePointer<CChar>, _ length: Int, _ output: UnsafeMutablePointer<CChar>?,
  _ outputSize: UnsafeMutablePointer<Int>?, _ flags: UInt32
) -> UnsafeMutablePointer<CChar>?

/// The C++ ABI's demangler, from the C++ library that the Swift runtime brings along.
@_silgen_name("__cxa_demangle")
private func cxxDemangle(
  _ name: UnsafePointer<CChar>, _ output: UnsafeMutablePointer<CChar>?, _ length: UnsafeMutablePointer<Int>?,
  _ status: UnsafeMutablePointer<Int32>?
) -> UnsafeMutablePointer<CChar>?

/// A symbol as a person writes it: Swift's (`$s…`) and C++'s (`_Z…`) names demangled, others as they are.
func demangled(_ symbol: UnsafePointer<CChar>) -> [UInt8] {
  let plain = bytes(of: symbol)
  let readable: UnsafeMutablePointer<CChar>?
  if plain.starts(with: Array("$s".utf8)) || plain.starts(with: Array("$S".utf8)) {
    readable = swiftDemangle(symbol, plain.count, nil, nil, 0)
  } else if plain.starts(with: Array("_Z".utf8)) {
    readable = cxxDemangle(symbol, nil, nil, nil)
  } else {
    readable = nil
  }
  guard let readable else { return plain }
  defer { free(readable) }
  return bytes(of: readable)
}
