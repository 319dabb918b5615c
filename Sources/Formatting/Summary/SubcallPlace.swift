import Decoding
import SyscallTables

extension CallRecord {
  /// Where among ``SyscallTables/Subcall/all`` what it stands for is; nil when it stands for itself.
  var subcallPlace: Int? {
    guard standsFor != 0, let entry else { return nil }
    return Subcall.all.firstIndex { $0.call == entry && $0.name == standsFor }
  }
}
