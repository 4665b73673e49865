/** Scripts that would never end, fill a disk or reach for the machine on which the simulation runs. */
export const SCRIPTS = {
  runaway: new Map<string, string>([
    ['an endless loop', 'while :; do :; done'],
    ['an endless loop in one arithmetic command', 'for ((;;)); do :; done'],
    ['an endless until with a test', 'until [ 1 -eq 2 ]; do x=1; done'],
    ['a loop in a subshell in a pipeline', 'while true; do true; done | cat'],
    ['a loop that waits for what never comes without sleep', 'until grep -q x /etc/hostname; do :; done'],
    ['endless recursion', 'f() { f; }; f'],
    ['endless recursion through a substitution', 'f() { x=$(f); }; f'],
    ['endless recursion through eval', 'x=\'eval "$x"\'; eval "$x"'],
    ['a script that sources itself', '. ./case.sh'],
    ['a script that starts itself', 'bash case.sh'],
    ['a fork bomb', ':(){ :|:& };:'],
    ['a fork bomb of background jobs', 'while :; do sleep 1000 & done'],
    ['yes into a file', 'yes > file; echo "status $?"'],
    ['cat of /dev/zero into a file', 'cat /dev/zero > file; echo "status $?"'],
    ['yes to the terminal', 'yes'],
    ['cat of /dev/zero to the terminal', 'cat /dev/zero'],
    ['a value that doubles', 'x=xxxxxxxxxxxxxxxx; while :; do x=$x$x; done'],
    ['a value that doubles in a substitution', 'x=$(printf "%1000s" a); while :; do x=$(echo "$x$x"); done'],
    ['a huge brace range', 'echo {1..100000000}'],
    ['huge braces by product', 'echo {0..999}{0..999}{0..999}'],
    ['a for over a huge range', 'for i in {1..1000000000}; do :; done'],
    ['a replacement that explodes', 'x=$(printf "%9999s" a); x=${x// /$x}; x=${x// /$x}; echo ${#x}'],
    ['an endless awk loop', "awk 'BEGIN { while (1) i++ }'"],
    ['endless awk recursion', "awk 'function f(n) { return f(n + 1) } BEGIN { f(1) }'"],
    ['an awk string that doubles', "awk 'BEGIN { x = \"xxxxxxxx\"; while (1) x = x x }'"],
    ['an awk array that grows', "awk 'BEGIN { while (1) a[i++] = i }'"],
    ['an endless sed loop', "echo a | sed ':a; s/a/a/; ta'"],
    ['a sed space that doubles', "echo aaaaaaaa | sed ':a; s/.*/&&/; ta'"],
    ['sort of endless input', 'yes | sort'],
    ['tail of endless input', 'cat /dev/zero | tail -n 1'],
    ['read of endless input without a newline', 'read -r x < /dev/zero'],
    ['mapfile of endless input', 'mapfile a < <(yes)'],
    ['an endless seq', 'seq 1 999999999999 > file'],
    ['dd without an end', 'dd if=/dev/zero of=file bs=1M'],
    ['find executing for ever', 'while find /etc -name x -exec true {} \\;; do :; done'],
    ['xargs without an end', 'yes | xargs -n1 true'],
    ['kill and restart', 'trap "kill -USR1 $$" USR1; kill -USR1 $$; while :; do :; done'],
    ['a DEBUG trap in a loop', 'trap : DEBUG; while :; do :; done'],
    ['an endless dash loop', 'sh -c "while :; do :; done"'],
    ['arithmetic that calls itself', 'x=x+1; echo $((x)); y="y"; echo $((y))'],
    ['two pipes that feed each other', 'mkfifo p; cat p | tee p > /dev/null & echo x > p; while :; do :; done'],
  ]),
  harmless: [
    ['nested stars on a text without a match', "x=$(printf 'a%.0s' {1..2000}); echo \"$x\" | grep -cE '^(a+)+$'; echo \"$x!\" | grep -cE '^(a+)+$'; echo \"$x!\" | grep -cE '(a|aa)+$'", '1\n0\n0\n'],
    ['nested stars in sed', "x=$(printf 'a%.0s' {1..500}); echo \"$x!\" | sed -E 's/^(a*)*$/x/' | wc -c", '502\n'],
    ['nested stars in awk', "x=$(printf 'a%.0s' {1..1000}); echo \"$x!\" | awk '/^(a*)*b$/ {print \"no\"} END {print \"done\"}'", 'done\n'],
    ['nested stars in [[ =~ ]]', "x=$(printf 'a%.0s' {1..300}); re='^(a*)*(a|aa)*b$'; [[ $x =~ $re ]]; echo $?", '1\n'],
    ['many stars in a glob', 'x=$(printf "a%.0s" {1..2000}); [[ $x == *a*a*a*a*a*a*a*a*a*a*a*b ]]; echo $?; case $x in *a*a*a*a*a*a*b) echo no;; *) echo no match;; esac', '1\nno match\n'],
    ['nested extended globs', 'shopt -s extglob; x=$(printf "a%.0s" {1..300}); [[ $x == +(+(a)|*(a))b ]]; echo $?; echo "${x//+(a|aa)b/}" | wc -c', '1\n301\n'],
    ['a long list of alternatives', 'x=$(printf "%s|" {1..300})x; echo 299 | grep -cE "^($x)$"', '1\n'],
    ['a bounded repetition of repetitions', "echo aaaa | grep -cE '((a{1,20}){1,20}){1,20}'", '1\n'],
  ] as const,
  reach: (file: string, pid: number): string => `
cat ${file} 2> /dev/null | head -n 3; [ -e ${file} ] && echo "file: yes" || echo "file: no"
cat /etc/passwd /etc/shadow /etc/hostname /etc/machine-id 2> /dev/null | grep -v '^[a-z_-]*:[x*!]' 
env; set | grep -i secret; printenv HOTSPARE_SECRET; cat /proc/self/environ 2> /dev/null | tr '\\0' '\\n'
cat /proc/${pid}/cmdline /proc/1/environ /proc/self/maps /proc/self/mounts 2> /dev/null | tr '\\0' ' '
kill -0 ${pid} 2> /dev/null && echo "process: yes" || echo "process: no"
kill -9 ${pid} 2> /dev/null
ls /proc /proc/self/cwd/ / /root /home 2> /dev/null | head -n 200
echo "host: $(hostname)"; uname -a; whoami; id; nproc; date +'year: %Y'; cat /proc/version /proc/cpuinfo /proc/meminfo 2> /dev/null | head -n 20
(exec 3<> /dev/tcp/127.0.0.1/22) 2> /dev/null && echo "tcp: yes" || echo "tcp: no"
curl http://127.0.0.1/ 2>&1; wget http://127.0.0.1/ 2>&1; ping -c1 127.0.0.1 2>&1; ssh localhost true 2>&1; node -e 1 2>&1; python3 -c 1 2>&1; perl -e 1 2>&1
ls ../../../../../../../../ | tr '\\n' ' '; cd ../../../../../../..; pwd; cat proc/sys/kernel/hostname 2> /dev/null
echo "$HOSTNAME $BASH $PPID $UID $SECONDS $RANDOM $OSTYPE"; sleep 1; awk 'BEGIN { for (k in ENVIRON) print k "=" ENVIRON[k]; while (("cat /etc/passwd" | getline l) > 0) n++; print n > 0 }'
find / -name '*.ts' 2> /dev/null | head; sed -n 'r /etc/passwd' /dev/null; echo "the end"
`,
}
