/// Walks the rows of a `.tsv` file: bytes between tabs, a row a line, `#` rows left out.
///
/// - Parameter body: gets the fields (slices of the file's bytes) and the line, counted from 1.
func forEachRow(of bytes: [UInt8], _ body: (_ fields: [ArraySlice<UInt8>], _ line: Int) -> Void) {
  var at = 0
  var line = 0
  var fields: [ArraySlice<UInt8>] = []
  fields.reserveCapacity(6)
  while at < bytes.count {
    line += 1
    fields.removeAll(keepingCapacity: true)
    var start = at
    let comment = bytes[at] == UInt8(ascii: "#")
    while at < bytes.count, bytes[at] != UInt8(ascii: "\n") {
      if bytes[at] == UInt8(ascii: "\t"), !comment {
        fields.append(bytes[start..<at])
        start = at + 1
      }
      at += 1
    }
    if !comment, at > start || !fields.isEmpty {
      fields.append(bytes[start..<at])
      body(fields, line)
    }
    at += 1
  }
}

func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
