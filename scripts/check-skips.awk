# Passes the test runner's lines on, its last one last. A test that was skipped and is not in Tests/skips.txt, a name a line with the
# reason behind it, fails the run: EXIT is then 1.
BEGIN {
  while ((getline line < skips) > 0) {
    split(line, words, " ")
    if (line !~ /^#/ && line != "") known[words[1]] = 1
  }
}
{
  if (NR > 1) { print last; fflush() }
  last = $0
}
/^[^ ]+ Test .*(skipped|cancelled)/ {
  name = $0
  sub(/^[^ ]+ Test /, "", name)
  sub(/[ (].*/, "", name)
  gsub(/"/, "", name)
  if (!(name in known)) unexpected[name] = $0
}
END {
  for (name in unexpected) { print "unexpected skip: " unexpected[name]; failed = 1 }
  if (NR > 0) print last
  exit failed
}
