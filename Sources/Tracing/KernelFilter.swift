import CSeccomp
import Ptrace

extension Tracer {
  func kernelFilter() -> [Program.FilterInstruction] { [] }
}
