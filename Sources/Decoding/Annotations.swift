import CTableFormat
import SyscallTables

/// What descriptors, processes and paths are, behind them, where the options ask for it.
extension Decoder {
  /// Tells what the descriptor or process is that a number of some style means.
  func annotate(style: ScalarStyle, value: UInt64) {
    let number = Int32(truncatingIfNeeded: value)
    switch style {
    case .fd, .dirfd:
      if style == .dirfd { directory = number } else if number < 0 { return }
      if options.annotations.contains(.descriptors) { describe(descriptor: number, of: tid) }
      if number >= 0 { annotateContext(of: .descriptor(number)) }
    case .pid, .tgid, .pgid, .sid:
      guard number > 0 else { return }
      if options.annotations.contains(.processes) {
        describe(
          surroundings.description(
            ofProcess: number, style == .pgid ? .group : style == .sid ? .session : .process, tid: tid))
      }
      annotateContext(of: .process(number))
    default: break
    }
  }

  /// Tells what a descriptor of a thread is open on.
  func describe(descriptor number: Int32, of tid: Int32) {
    surroundings.description(ofDescriptor: number, tid: tid).map(describe)
  }

  /// Tells the security context of a descriptor, process or path.
  func annotateContext(of owner: TraceeSurroundings.ContextOwner) {
    guard options.annotations.contains(.contexts), let found = surroundings.context(of: owner, tid: tid) else { return }
    tell(.context) {
      tellBytes(DetailName.context, found.context)
      if let expected = found.expected { tellBytes(DetailName.expectedContext, expected) }
    }
  }

  private static let netlinkProtocols = ConstantSet(named: "netlink_protocols")?.index ?? 0

  private func describe(_ process: ProcessDescription) {
    if let command = process.command, !command.isEmpty { tell(.command) { tellBytes(DetailName.comm, command) } }
    if let number = process.tracerPid {
      tell(.tracerPid) { tellNumber(DetailName.tracerPid, UInt64(bitPattern: Int64(number)), width: 4) }
    }
  }

  private func describe(_ descriptor: DescriptorDescription) {
    switch descriptor {
    case .file(let path, let isDeleted, let device): describe(path, isDeleted, device)
    case .internetSocket(let name, let local, let peer):
      describe(.internetSocket, name) {
        describe(DetailName.local, local)
        if let peer { describe(DetailName.peer, peer) }
      }
    case .unixSocket(let name, let inode, let peer, let bound):
      describe(.unixSocket, name) {
        tellNumber(DetailName.inode, UInt64(inode))
        if peer != 0 { tellGroup(DetailName.peer) { tellNumber(DetailName.inode, UInt64(peer)) } }
        switch bound {
        case .path(let path): tellBytes(DetailName.path, path)
        case .abstract(let bytes): tellBytes(DetailName.abstract, bytes)
        case nil: break
        }
      }
    case .netlinkSocket(let name, let family, let port):
      describe(.netlinkSocket, name) {
        tellConstant(DetailName.family, UInt64(bitPattern: Int64(family)), of: Self.netlinkProtocols)
        tellNumber(DetailName.port, UInt64(port))
      }
    case .otherSocket(let name, let inode):
      describe(.otherSocket, name) { tellNumber(DetailName.inode, inode) }
    case .pidfd(let process): tell(.pidfd) { tellNumber(DetailName.pid, UInt64(bitPattern: Int64(process)), width: 4) }
    case .signalfd(let signals):
      tell(.signalfd) {
        emit(Token(.name, operand: DetailName.signals))
        let start = withUnsafeBytes(of: signals.littleEndian) { append(bytes: $0) }
        emit(Token(.bits, bits: .signals, width: 8, value: UInt64(start), extra: 64))
      }
    case .eventfd(let count, let id, let isSemaphore):
      tell(.eventfd) {
        tellGroup(DetailName.eventfd) {
          tellNumber(DetailName.count, count)
          if let id { tellNumber(DetailName.id, id) }
          if let isSemaphore { tellNumber(DetailName.semaphore, isSemaphore) }
        }
      }
    }
  }

  private func describe(_ path: [UInt8], _ isDeleted: Bool, _ device: DeviceNumber?) {
    tell(.file) {
      tellBytes(DetailName.path, path)
      if let device {
        tellGroup(DetailName.device) {
          tellBytes(DetailName.type, Array((device.isCharacter ? "char" : "block").utf8))
          tellNumber(DetailName.major, device.major)
          tellNumber(DetailName.minor, device.minor)
          if let terminal = device.terminal { tellNumber(DetailName.terminal, UInt64(terminal)) }
        }
      }
      if isDeleted { tellNumber(DetailName.deleted, 1, style: .boolean) }
    }
  }

  private func describe(_ detail: Detail, _ name: [UInt8], _ members: () -> Void) {
    tell(detail) {
      tellGroup(DetailName.socket) {
        tellBytes(DetailName.protocol, name)
        members()
      }
    }
  }

  private func describe(_ name: UInt32, _ endpoint: SocketEndpoint) {
    tellGroup(name) {
      tellBytes(DetailName.address, endpoint.address, text: endpoint.address.count == 4 ? .ipv4 : .ipv6)
      tellNumber(DetailName.port, UInt64(endpoint.port), width: 2)
    }
  }
}
