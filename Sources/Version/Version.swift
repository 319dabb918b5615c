/// The release. This is the only place that says it: the programs, the log's header and the packages read it here.
public enum Version {
  public static let number = "0.1.0"
}
