#!/usr/bin/env bash
# node-sql-parser takes T-SQL's `@number` for the name of a column, and writes it back as one.
#
# Package   node-sql-parser 5.4.0. Node >= 20.
# Expected  With `database: "transactsql"` a variable is a variable, and `sqlify(astify(query))` asks for the same as the
#           query did. In DECLARE it is one.
# Seen      `WHERE NUMER = @number` comes back as `WHERE [NUMER] = [@number]`: a quoted identifier, which SQL Server refuses
#           as an invalid column name. `DECLARE @x` keeps its name, so the two no longer meet. Locking hints survive.
# Why       Whoever rewrites statements (a TOP, a filter by shop) before they go to the ERP turns each bound value into a
#           column, and whoever lists the columns of a statement to compare them with a table's finds one too many.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 20 node-sql-parser@5.4.0

expect_output <<'EOF'
in   SELECT ID FROM ZAMOWIENIE WITH (UPDLOCK) WHERE NUMER = @number
out  SELECT [ID] FROM [ZAMOWIENIE] WITH (UPDLOCK) WHERE [NUMER] = [@number]
the tree of @number: column_ref; the columns of the query: @number ID NUMER
in   DECLARE @x INT = 1; SELECT @x
out  DECLARE @x INT = 1 ; SELECT [@x]
EOF

run_check <<'EOF'
import sqlParser from "node-sql-parser";

const parser = new sqlParser.Parser();
const options = { database: "transactsql" };
const again = (query) => parser.sqlify(parser.astify(query, options), options);

const find = "SELECT ID FROM ZAMOWIENIE WITH (UPDLOCK) WHERE NUMER = @number";
console.log(`in   ${find}\nout  ${again(find)}`);
const [tree] = [parser.astify(find, options)].flat();
const columns = parser.columnList(find, options).map((column) => column.split("::").at(-1));
console.log(`the tree of @number: ${tree.where.right.type}; the columns of the query: ${columns.sort().join(" ")}`);
const declared = "DECLARE @x INT = 1; SELECT @x";
console.log(`in   ${declared}\nout  ${again(declared)}`);
EOF
