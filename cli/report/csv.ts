/** Reading a table that a Windows program exported: any of three delimiters, quotes, and either of two encodings. Pure. */

const DELIMITERS = [";", "\t", ","] as const;

/** UTF-8 where it is that, else the code page of Polish Windows. */
export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1250").decode(bytes);
  }
}

/** @returns rows of cells; lines that are empty are left out */
export function cellsOf(text: string): string[][] {
  const [first = ""] = text.split("\n", 1);
  const delimiter = delimiterOf(first);
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let isQuoted = false;
  const endCell = () => {
    row.push(cell.trim());
    cell = "";
  };
  const endRow = () => {
    endCell();
    if (row.some((one) => one !== "")) rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (isQuoted) {
      if (letter !== '"') cell += letter;
      else if (text.charAt(at + 1) === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (letter === '"' && cell.trim() === "") isQuoted = true;
    else if (letter === delimiter) endCell();
    else if (letter === "\n") endRow();
    else if (letter !== "\r") cell += letter;
  }
  endRow();
  return rows;
}

/** The one that the headings have most of; of equals the one that stands in no amount. */
function delimiterOf(headings: string): string {
  const counts = DELIMITERS.map((one) => headings.split(one).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ";";
}
