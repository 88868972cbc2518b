import type { Command } from "commander";
import { usageError } from "../cli-error.ts";
import { withExamples } from "../session.ts";
import type { Cli } from "../session.ts";

const shells = ["bash", "zsh", "fish"] as const;

/** `reckon completion`: the script that completes commands and options in a shell, made from the commands themselves. */
export function addCompletion(program: Command, cli: Cli): void {
  const command = program
    .command("completion")
    .argument("<shell>", shells.join(", "))
    .summary("print a shell completion script")
    .description("Print a script that completes commands and options in your shell.")
    .action((name: string) => {
      const shell = shells.find((known) => known === name);
      if (shell === undefined) throw usageError(`there is no completion for ${name}`, `choose one of ${shells.join(", ")}`);
      cli.io.stdout.write(scripts[shell](wordsOf(program)));
    });
  withExamples(
    command,
    [
      "source <(reckon completion bash)",
      "reckon completion zsh > ~/.zfunc/_reckon",
      "reckon completion fish > ~/.config/fish/completions/reckon.fish",
    ],
    ["success", "usage"],
  );
}

interface CommandWords {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly string[];
}

function wordsOf(program: Command): readonly CommandWords[] {
  return program.commands.map((command) => ({
    name: command.name(),
    summary: (command.summary() || command.description()).replace(/["'`$\\]/g, ""),
    flags: [...command.options.flatMap((option) => (option.long === undefined ? [] : [option.long])), "--help"],
  }));
}

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const satisfies Record<
  (typeof shells)[number],
  (words: readonly CommandWords[]) => string
>;

function bashScript(words: readonly CommandWords[]): string {
  const cases = words.map(({ name, flags }) => `    ${name}) words="${flags.join(" ")}" ;;`);
  return `# reckon completion for bash
_reckon() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words
  if [ "$COMP_CWORD" -eq 1 ]; then words="${words.map(({ name }) => name).join(" ")} --help --version"
  else case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
    *) words="" ;;
  esac; fi
  if [[ "$current" == -* || "$COMP_CWORD" -eq 1 ]]; then COMPREPLY=($(compgen -W "$words" -- "$current"))
  else COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _reckon reckon
`;
}

function zshScript(words: readonly CommandWords[]): string {
  const commands = words.map(({ name, summary }) => `    '${name}:${summary.replaceAll(":", " -")}'`);
  const cases = words.map(({ name, flags }) => `    ${name}) compadd -- ${flags.join(" ")} ;;`);
  return `#compdef reckon
_reckon() {
  local -a commands=(
${commands.join("\n")}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  if [[ "$PREFIX" != -* ]]; then _files; return; fi
  case "$words[2]" in
${cases.join("\n")}
  esac
}
if [ "$funcstack[1]" = _reckon ]; then _reckon "$@"; else compdef _reckon reckon; fi
`;
}

function fishScript(words: readonly CommandWords[]): string {
  const lines = words.flatMap(({ name, summary, flags }) => [
    `complete -c reckon -n __fish_use_subcommand -f -a ${name} -d '${summary}'`,
    ...flags.map((flag) => `complete -c reckon -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}`),
  ]);
  return `# reckon completion for fish\n${lines.join("\n")}\n`;
}
