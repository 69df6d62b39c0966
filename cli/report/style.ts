/** The page's look, in light and in dark; contrasts are held by axe-core in `test/cli/report-page.test.ts`. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --all: #6e9fd4; --double: #b3261e; --note: #fff8e1; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171a; --ink: #e8eaed; --soft: #aab2bb; --line: #3a4149; --all: #4d7fb8; --double: #ff8a80; --note: #2b2614; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
.switch { position: absolute; right: 1rem; top: 1rem; opacity: 0; }
.switch-label { position: absolute; right: 1rem; top: 0.75rem; padding: 0.25rem 0.75rem; border: 1px solid var(--line); border-radius: 1rem; cursor: pointer; }
.switch:focus-visible + .switch-label { outline: 3px solid var(--all); }
body:not(:has(.switch:checked)) .second, body:has(.switch:checked) .first { display: none; }
h1 { font-size: 1.5rem; margin: 2.5rem 0 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 0.5rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 0.75rem; margin: 1rem 0; }
.figures div { border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.5rem 0.75rem; }
dt { color: var(--soft); font-size: 0.85rem; }
dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
.limits { background: var(--note); border-radius: 0.5rem; padding: 0.25rem 1rem; }
.limits h2 { margin-top: 0.75rem; }
svg { display: block; width: 100%; height: 10rem; border-bottom: 1px solid var(--line); }
rect.all { fill: var(--all); }
rect.double { fill: var(--double); }
.legend, .means, .small { color: var(--soft); font-size: 0.9rem; }
.key { display: inline-block; width: 0.8em; height: 0.8em; margin: 0 0.35em 0 0.75em; }
.key.all { background: var(--all); }
.key.double { background: var(--double); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
th, td { text-align: left; padding: 0.35rem 0.75rem 0.35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 600; font-size: 0.85rem; }
.bar { display: block; min-width: 5rem; height: 0.6rem; margin-top: 0.45rem; background: var(--line); border-radius: 0.3rem; }
.bar span { display: block; height: 100%; background: var(--double); border-radius: 0.3rem; }
details { border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.5rem 0.75rem; margin: 0.5rem 0; }
summary { cursor: pointer; font-weight: 600; }
.worth { color: var(--soft); font-weight: 400; }
code { font-size: 0.9em; }
@media print { details { break-inside: avoid; } .switch-label { display: none; } }
`;
