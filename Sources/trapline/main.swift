import Options

do throws(UsageError) {
  let invocation = try Invocation(commandLine: Array(ProcessArguments.all.dropFirst()))
  if invocation.other.endsAtOnce {
    try answer(invocation)
  } else {
    try trace(invocation)
  }
} catch {
  fail(error.description)
}
