/** What the functions say of themselves where a widget is set up on a dashboard, in Markdown. */
export const DESCRIBED = {
  read: `### Kojarz: cases, search, state

Shows the open cases by age, one case with the orders that it is about, what happened to a purchase by any number of it, and the
state of backlog, ERP and accounts. It changes nothing. Its buttons call the function that acts, which only those may who have
\`lambda:InvokeFunction\` on that one.

#### Parameters

\`\`\`yaml
# What to show first; without it, the open cases.
ask: status
\`\`\`

Polish where the console is in Polish, else English; light or dark as the console.
`,
  act: `### Kojarz: actions

Acts on orders and cases: sends again, releases, closes, merges, takes apart, cancels, reads anew, erases. Each action asks first,
wants a name (which nobody proves), and leaves an entry in the history.

It takes no parameters. On a dashboard it shows what concerns many orders at once.
`,
} as const;
