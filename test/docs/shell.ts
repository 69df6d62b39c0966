/** Shell samples, taken apart far enough to check them. */

export type Command = {
  /** Variables that are set for this command alone. */
  variables: string[];
  /** Program and arguments; quotes are taken off. */
  words: string[];
  /** The text of a here-document. */
  input?: string;
};

/** One entry a command; a pipe and a substitution count as part of it. */
export function commandsIn(sample: string): Command[] {
  const commands: Command[] = [];
  const lines = sample.replace(/\\\n\s*/g, " ").split("\n");
  for (let index = 0; index < lines.length; index += 1) {
    const line = withoutComment(lines[index] ?? "");
    if (line === "") continue;
    const mark = /<<'?(\w+)'?/.exec(line)?.[1];
    const end = mark === undefined ? index : lines.indexOf(mark, index + 1);
    const [variables, words] = assignmentsOf(wordsOf(line));
    commands.push({ variables, words, ...(end > index && { input: lines.slice(index + 1, end).join("\n") }) });
    index = end;
  }
  return commands;
}

/** A `#` within quotes begins none. */
function withoutComment(line: string): string {
  return line.replace(/("(?:[^"\\]|\\.)*"|'[^']*')|(?:^|\s)#.*$/g, (_, quoted: string = "") => quoted).trim();
}

/** Quoted text is one word. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|\$\((?:[^()]|\([^()]*\))*\)|[^\s"'])+/g)].map(([word]) =>
    word.replace(/^(['"])([\s\S]*)\1$/, "$2"),
  );
}

function assignmentsOf(words: string[]): [string[], string[]] {
  const first = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  const at = first < 0 ? words.length : first;
  return [words.slice(0, at).map((word) => word.split("=")[0] ?? ""), words.slice(at)];
}
