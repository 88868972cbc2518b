/** The report's one style sheet: no font, image or script from anywhere. */
export const style = `
:root { color-scheme: light; --ink: #1a1d21; --faint: #5c6570; --line: #d5dae0; --soft: #f5f7f9; --good: #14652f; --bad: #a3161b; --warn: #7a4b00; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 58rem; padding: 2.5rem 1.5rem 4rem; color: var(--ink); background: #fff; font: 15px/1.5 "Noto Sans", "Helvetica Neue", Arial, sans-serif; }
h1 { margin: 0 0 .25rem; font-size: 1.7rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 2.4rem 0 .7rem; padding-bottom: .25rem; border-bottom: 2px solid var(--ink); font-size: 1.2rem; }
h3 { margin: 1.6rem 0 .5rem; font-size: 1.02rem; overflow-wrap: anywhere; }
h4 { margin: 1.1rem 0 .3rem; font-size: .9rem; }
h4 small { margin-left: .5rem; font-size: .8rem; font-weight: 400; color: var(--faint); }
p { margin: .35rem 0; }
a { color: inherit; }
code, pre, .mono { font-family: "Noto Sans Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .82rem; }
code, .mono { overflow-wrap: anywhere; }
pre { margin: .2rem 0 .6rem; padding: .6rem .75rem; border: 1px solid var(--line); border-radius: 4px; background: var(--soft); white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; }
table { width: 100%; border-collapse: collapse; margin: .3rem 0 .8rem; }
th, td { padding: .32rem .6rem .32rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: break-word; }
td.mono { overflow-wrap: anywhere; }
th { font-weight: 600; }
thead th { font-size: .8rem; color: var(--faint); white-space: nowrap; }
.when, .hash { white-space: nowrap; }
table.facts th { width: 11.5rem; font-weight: 500; color: var(--faint); }
.entries td, .entries th { font-size: .82rem; }
.sub { margin: 0; color: var(--faint); }
.faint { color: var(--faint); }
.status { display: inline-block; padding: 0 .5rem; border: 1.5px solid currentColor; border-radius: 3px; font-size: .8rem; font-weight: 700; letter-spacing: .03em; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
ul.checks { list-style: none; margin: .3rem 0; padding: 0; }
ul.checks li { margin: .28rem 0; padding-left: 1.7rem; text-indent: -1.7rem; }
ul.checks .mark { display: inline-block; width: 1.7rem; text-indent: 0; font-weight: 700; }
.step { border: 1px solid var(--line); border-radius: 6px; padding: .2rem 1.1rem .9rem; margin: 1rem 0; }
.step > h3 { margin-top: .8rem; }
.explanation { margin: .7rem 0; padding: .1rem .9rem .5rem; border-left: 4px solid #b9a2d8; background: #faf8fd; }
.explanation > p { color: var(--faint); }
.act { margin: .5rem 0; padding: .5rem .9rem; border-left: 4px solid #6c8ebf; background: #f6f9fd; }
.alarm { margin: 1rem 0; padding: .6rem 1rem; border: 2px solid var(--bad); border-radius: 4px; }
.control { border: 1px solid var(--warn); border-radius: 2px; padding: 0 .15em; font-size: .75em; color: var(--warn); }
footer { margin-top: 3rem; padding-top: .7rem; border-top: 1px solid var(--line); color: var(--faint); font-size: .85rem; }
@page { size: A4; margin: 17mm 15mm 18mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  pre { font-size: 8pt; }
  .first { break-after: page; font-size: 9pt; line-height: 1.4; }
  .first h2 { margin: 1.1rem 0 .35rem; }
  .first th, .first td { padding-top: .16rem; padding-bottom: .16rem; }
  .first pre { margin: 0; padding: .25rem .5rem; }
  h2, h3, h4 { break-after: avoid; }
  tr, .act, li { break-inside: avoid; }
  .step { border: 0; border-top: 1px solid var(--line); border-radius: 0; padding: .2rem 0; }
}
`;
