import Options

let words = ProcessArguments.all
do throws(UsageError) {
  let invocation = try Invocation(commandLine: words.dropFirst())
  if invocation.other.endsAtOnce {
    try answer(invocation)
  } else {
    try trace(invocation)
  }
} catch {
  fail(error.description)
}
