extension Invocation {
  /// A shell's script that completes command lines of the program: it asks the program (``Completion``).
  public static func completions(for shell: Shell) -> String {
    switch shell {
    case .bash: bash
    case .zsh: zsh
    case .fish: fish
    }
  }

  private static let bash = #"""
    # bash completion of trapline.
    _trapline() {
      local line=$COMP_LINE word rest cut tail current kind prefix reply i
      local -a words=() starts=() answer=()
      # bash cuts words at = and : as well; what stands together is put together again.
      for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        rest=${line#"${line%%[![:space:]]*}"}
        if ((i > 1)) && [[ $rest == "$line" ]]; then
          words[${#words[@]}-1]+=$word
        else
          words+=("$word") starts+=("$i")
        fi
        line=${rest#"$word"}
      done
      current=${words[${#words[@]}-1]}
      words=("${words[@]//[\"\'\\]/}")
      mapfile -t answer < <("${words[0]/#\~/$HOME}" --candidates "${words[@]:1}" 2>/dev/null)
      IFS=$'\t' read -r kind prefix <<<"${answer[0]}"
      prefix=${answer[0]#*$'\t'}
      cut=
      [[ $COMP_WORDBREAKS == *=* && $current == *=* ]] && cut=${current%"${current##*=}"}
      tail=${current#"$cut"}
      [[ $COMP_WORDBREAKS == *:* && $tail == *:* ]] && cut+=${tail%"${tail##*:}"}
      COMPREPLY=()
      case $kind in
        words)
          for word in "${answer[@]:1}"; do
            reply=$prefix${word%%$'\t'*}
            [[ $reply == "$current"* ]] && COMPREPLY+=("${reply#"$cut"}")
          done
          [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=:] ]] && compopt -o nospace
          ;;
        files)
          compopt -o filenames
          while IFS= read -r word; do
            reply=$prefix$word
            COMPREPLY+=("${reply#"$cut"}")
          done < <(compgen -f -- "${current#"$prefix"}")
          ;;
        command)
          i=${starts[prefix + 1]}
          if declare -F _comp_command_offset >/dev/null; then
            _comp_command_offset "$i"
          elif declare -F _command_offset >/dev/null; then
            _command_offset "$i"
          elif ((i == COMP_CWORD)); then
            mapfile -t COMPREPLY < <(compgen -c -- "$current")
          else
            compopt -o default
          fi
          ;;
      esac
    }
    complete -F _trapline trapline

    """#

  private static let zsh = #"""
    #compdef trapline
    # zsh completion of trapline.
    _trapline() {
      local program=${(Q)words[1]} kind prefix word
      local -a before answer open closed openTexts closedTexts
      program=${~program}
      (( CURRENT > 2 )) && before=("${(@Q)words[2,CURRENT-1]}")
      answer=("${(@f)$($program --candidates "${before[@]}" "${(Q)PREFIX}" 2>/dev/null)}")
      kind=${answer[1]%%$'\t'*}
      prefix=${answer[1]#*$'\t'}
      case $kind in
        words)
          compset -p ${#prefix}
          for word in "${(@)answer[2,-1]}"; do
            if [[ ${word%%$'\t'*} == *[=:] ]]; then
              open+=("${word%%$'\t'*}") openTexts+=("${word%$'\t'}")
            else
              closed+=("${word%%$'\t'*}") closedTexts+=("${word%$'\t'}")
            fi
          done
          openTexts=("${(@)openTexts/$'\t'/  }")
          closedTexts=("${(@)closedTexts/$'\t'/  }")
          (( $#open )) && compadd -S '' -d openTexts -a open
          (( $#closed )) && compadd -d closedTexts -a closed
          ;;
        files)
          compset -p ${#prefix}
          _files
          ;;
        command)
          shift $((prefix + 1)) words
          (( CURRENT -= prefix + 1 ))
          _normal -p trapline
          ;;
      esac
    }
    if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
      _trapline "$@"
    else
      compdef _trapline trapline
    fi

    """#

  private static let fish = #"""
    # fish completion of trapline.
    function __trapline_candidates
        set -l before (commandline -opc)
        set -l current (commandline -ct)
        set -l answer ($before[1] --candidates $before[2..] "$current" 2>/dev/null)
        set -l first (string split \t -- $answer[1])
        switch "$first[1]"
            case words
                for line in $answer[2..]
                    echo -- "$first[2]$line"
                end
            case files
                set -l typed (string sub -s (math (string length -- "$first[2]") + 1) -- "$current")
                for line in (__fish_complete_path "$typed")
                    echo -- "$first[2]$line"
                end
            case command
                set -l rest (string escape -- $before[(math $first[2] + 2)..] | string join ' ')
                complete -C (string trim -l -- "$rest $current")
        end
    end
    complete -c trapline -f -a '(__trapline_candidates)'

    """#
}
