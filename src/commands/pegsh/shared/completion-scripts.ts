/** What each shell needs to ask pegsh for candidates: `pegsh completion SHELL -- WORD…`. */
export const SCRIPTS = {
  bash: `# bash completion of pegsh: source <(pegsh completion bash)
_pegsh() {
  local line="\${COMP_LINE:0:COMP_POINT}" words
  # Words as pegsh sees them: bash cuts at = and : as well.
  read -ra words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=('')
  mapfile -t COMPREPLY < <("$1" completion bash -- "\${words[@]:1}" 2>/dev/null)
  [[ \${#COMPREPLY[@]} -eq 1 && "\${COMPREPLY[0]}" == *= ]] && compopt -o nospace
}
complete -o bashdefault -o default -F _pegsh pegsh
`,
  zsh: `#compdef pegsh
# zsh completion of pegsh: source <(pegsh completion zsh)
_pegsh() {
  local -a candidates
  candidates=("\${(@f)$(pegsh completion zsh -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$candidates" ]]; then _describe pegsh candidates; else _files; fi
}
compdef _pegsh pegsh
`,
  fish: `# fish completion of pegsh: pegsh completion fish | source
function __pegsh_candidates
    set -l words (commandline -opc)
    pegsh completion fish -- $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c pegsh -a '(__pegsh_candidates)'
`,
} as const;
