/** What the comments of the source say of a setting: the one place where it is explained. */
import { readFileSync } from "node:fs";

/** @param path of the field: `name`, or `database.user` where it stands within another one */
export type Explain = (path: string) => string | undefined;

/** @param files the file of the schema first, then those that it takes fields from */
export function commentsIn(files: readonly URL[]): Explain {
  const texts = files.map((file) => readFileSync(file, "utf8"));
  return (path) => {
    const steps = path.split(".").map((step) => step.replace("[]", ""));
    const names = steps.filter((step) => step !== "*");
    const field = names.pop() ?? path;
    const within = names.reduce((scope, name) => schemasOf(name, scope, texts), texts);
    return commentOf(field, within, texts);
  };
}

/** The comment before the field, or else before the schema that it is made of. */
function commentOf(field: string, within: readonly string[], texts: readonly string[]): string | undefined {
  const own = first(within, (text) => commentBefore(text, `${field}(?::|,)`));
  if (own !== undefined) return own;
  const schema = first(within, (text) => new RegExp(String.raw`\b${field}: (?:z\.\w+\()*([A-Z]\w+)`).exec(text)?.[1]);
  return schema && first(texts, (text) => commentBefore(text, `(?:export )?const ${schema} =`));
}

function commentBefore(text: string, what: string): string | undefined {
  const found = new RegExp(String.raw`/\*\*((?:(?!\*/)[\s\S])*)\*/\s*${what}`).exec(text);
  return found?.[1]?.replace(/\s*\n\s*\*\s?/g, " ").trim();
}

/** The text of a field's schema, and of every schema that it names. */
function schemasOf(field: string, within: readonly string[], texts: readonly string[]): string[] {
  const own = first(within, (text) => expressionAfter(text, new RegExp(String.raw`\b${field}: (?=z\.|[A-Z])`)));
  return own === undefined ? [] : [own, ...namedIn(own, texts, new Set())];
}

function namedIn(expression: string, texts: readonly string[], seen: Set<string>): string[] {
  return [...expression.matchAll(/\b[A-Z]\w+\b/g)].flatMap(([name]) => {
    if (seen.has(name)) return [];
    seen.add(name);
    const schema = first(texts, (text) => expressionAfter(text, new RegExp(`const ${name} = `)));
    return schema === undefined ? [] : [schema, ...namedIn(schema, texts, seen)];
  });
}

/** From the end of the match to the comma, the semicolon or the bracket that ends the expression. */
function expressionAfter(text: string, before: RegExp): string | undefined {
  const match = before.exec(text);
  if (!match) return undefined;
  const start = match.index + match[0].length;
  let depth = 0;
  for (const part of text.slice(start).matchAll(/\/\*[\s\S]*?\*\/|"(?:[^"\\]|\\.)*"|`[^`]*`|[([{]|[)\]}]|[,;]/g)) {
    const [sign] = part;
    if (/^[([{]$/.test(sign)) depth += 1;
    else if (/^[)\]}]$/.test(sign)) depth -= 1;
    if (depth < 0 || (depth === 0 && /^[,;]$/.test(sign))) return text.slice(start, start + part.index);
  }
  return undefined;
}

function first<T>(texts: readonly string[], find: (text: string) => T | undefined): T | undefined {
  for (const text of texts) {
    const found = find(text);
    if (found !== undefined) return found;
  }
  return undefined;
}
