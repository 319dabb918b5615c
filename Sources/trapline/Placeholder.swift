/// Stands until the command line is there.
@main struct Placeholder {
  static func main() {}
}
