import type {Candidate} from './completion.ts';

/** How a shell is told to ask the program, and the form in which it takes the answer. */
type Shell = {readonly script: string; readonly answer: (candidates: readonly Candidate[]) => string};

const lines = (candidates: readonly Candidate[], line: (candidate: Candidate) => string): string =>
	candidates.map(each => `${line(each)}\n`).join('');

/**
 * The scripts ask the program at each press of Tab, so that flags are listed in one place. Where it has no answer the shell offers
 * files. bash(1), "Programmable Completion"; zshcompsys(1), "_describe"; complete(1) of fish.
 */
export const completionShells: Readonly<Record<'bash' | 'zsh' | 'fish', Shell>> = {
	bash: {
		script: `_tlsaudit() {
	local IFS=$'\\n'
	COMPREPLY=($(tlsaudit completion bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o bashdefault -o default -F _tlsaudit tlsaudit
`,
		answer: candidates => lines(candidates, ({word}) => word),
	},
	zsh: {
		script: `#compdef tlsaudit
_tlsaudit() {
	local -a found
	found=("\${(@f)$(tlsaudit completion zsh -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
	if [[ -n $found[1] ]]; then
		_describe -t words 'tlsaudit' found
	else
		_files
	fi
}
if [[ $funcstack[1] == _tlsaudit ]]; then
	_tlsaudit "$@"
else
	compdef _tlsaudit tlsaudit
fi
`,
		answer: candidates =>
			lines(candidates, ({word, about}) => word.replaceAll(':', '\\:') + (about === '' ? '' : `:${about}`)),
	},
	fish: {
		script: `function __tlsaudit_words
	set -l words (commandline -opc)
	set -l last (commandline -ct)
	set -l found (tlsaudit completion fish -- $words[2..-1] "$last" 2>/dev/null)
	if set -q found[1]
		printf '%s\\n' $found
	else
		__fish_complete_path "$last"
	end
end
complete -c tlsaudit -f -a '(__tlsaudit_words)'
`,
		answer: candidates => lines(candidates, ({word, about}) => (about === '' ? word : `${word}\t${about}`)),
	},
};
