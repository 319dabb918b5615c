import Options

do throws(UsageError) {
  let invocation = try Invocation(commandLine: Array(ProcessArguments.all.dropFirst()))
  if let answer = invocation.answer {
    try give(answer)
  } else {
    try trace(invocation)
  }
} catch {
  fail(error)
}
