/**
 * The style of the page. Colours are variables with one set for light and one for dark; every pair of text
 * and ground has a contrast of at least 4.5 to 1 (WCAG 2.1, 1.4.3). Below 760 pixels rows become stacks.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f4f5f8; --card: #ffffff; --ink: #161a22; --soft: #586174; --line: #dfe3ea; --trough: #eef0f5;
  --accent: #2f5bd7; --accent-2: #5f83ea; --reference: #7c8699; --reference-2: #98a1b2;
  --cpu: #2f5bd7; --wall: #0f8a76; --modelled: #7a2fe6; --modelled-soft: #f4ecff;
  --good: #11703a; --good-soft: #e2f5e9; --bad: #b3261e; --bad-soft: #fdeceb;
  --warning: #805000; --warning-soft: #fff3d6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0d1017; --card: #151a23; --ink: #e8ebf2; --soft: #9ca6b8; --line: #2a3140; --trough: #1d2431;
    --accent: #7ea2ff; --accent-2: #557be0; --reference: #8590a5; --reference-2: #667086;
    --cpu: #7ea2ff; --wall: #3fd0b6; --modelled: #c79bff; --modelled-soft: #221a33;
    --good: #69d894; --good-soft: #12301e; --bad: #ff938a; --bad-soft: #3a1b1a;
    --warning: #f3c55b; --warning-soft: #33290f;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
.top, main, footer { max-width: 1120px; margin: 0 auto; padding: 0 20px; }
.top { padding-top: 36px; padding-bottom: 8px; }
.brand {
  margin: 0 0 6px; color: var(--accent); font-size: 13px; font-weight: 650; letter-spacing: .02em;
}
h1 { margin: 0 0 8px; font-size: clamp(26px, 5vw, 38px); line-height: 1.12; letter-spacing: -.022em; font-weight: 720; text-wrap: balance; }
h2 { margin: 40px 0 6px; font-size: 24px; line-height: 1.2; letter-spacing: -.015em; }
h3 { margin: 0 0 8px; font-size: 17px; display: flex; flex-wrap: wrap; align-items: center; gap: 10px; }
h4 { margin: 18px 0 8px; font-size: 14px; color: var(--soft); font-weight: 600; }
p { margin: 0 0 8px; }
a { color: var(--accent); }
code, .purpose { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 12.5px; }
.lead { font-size: 16px; max-width: 72ch; }
.aside, .tone-muted { color: var(--soft); font-size: 13px; font-weight: 400; }
.small { font-size: 12px; margin: 2px 0 0; }
.tone-good { color: var(--good); } .tone-bad { color: var(--bad); } .tone-warning { color: var(--warning); }
.tone-strong { font-weight: 650; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 12px; top: 12px; background: var(--card); padding: 8px 12px; z-index: 1; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 6px; }
.defs { position: absolute; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 6px 18px; padding: 0; margin: 12px 0 0; }

.card {
  background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 20px; margin: 18px 0;
}
.card > h2:first-child { margin-top: 0; }
.banner {
  margin: 12px 0 0; padding: 10px 14px; border-radius: 10px; font-weight: 600;
  color: var(--warning); background: var(--warning-soft);
}
.badge, .chip {
  display: inline-block; padding: 1px 9px; border-radius: 99px; font-size: 12px; font-weight: 600; line-height: 1.6;
  color: var(--soft); background: var(--trough); white-space: normal;
}
.chip.tone-good { color: var(--good); background: var(--good-soft); }
.chip.tone-bad { color: var(--bad); background: var(--bad-soft); }
.chip.tone-warning { color: var(--warning); background: var(--warning-soft); }
.note { margin: 14px 0; padding: 12px 16px; border-radius: 10px; background: var(--trough); font-size: 14px; }
.note ul { margin: 0; padding-left: 18px; }
.note-title { font-weight: 650; margin-bottom: 4px; }
.note.tone-warning { background: var(--warning-soft); color: var(--ink); }
.note.tone-bad { background: var(--bad-soft); color: var(--ink); }
.note.tone-good { background: var(--good-soft); color: var(--ink); }
.note.tone-warning .note-title { color: var(--warning); }
.note.tone-bad .note-title { color: var(--bad); }
.note.tone-good .note-title { color: var(--good); }

.stats { display: flex; flex-wrap: wrap; gap: 10px 48px; margin: 20px 0 6px; }
.stat { display: flex; align-items: center; gap: 16px; }
.stat p { margin: 0; line-height: 1.35; }
.big { font-size: clamp(40px, 7vw, 58px); font-weight: 740; letter-spacing: -.035em; line-height: 1; white-space: nowrap; }
.big small { font-weight: 400; color: var(--soft); font-size: .7em; letter-spacing: 0; }

.row {
  display: grid; grid-template-columns: minmax(130px, 1.1fr) minmax(140px, 1.4fr) minmax(200px, 2fr) minmax(200px, 2fr);
  gap: 6px 28px; padding: 14px 0; border-top: 1px solid var(--line); align-items: start;
}
.row:first-child { border-top: 0; padding-top: 4px; }
.row.counts { grid-template-columns: minmax(130px, 1fr) 3fr; }
.row.two { grid-template-columns: minmax(150px, 1fr) 2fr 2fr; }
.row.axes { padding: 0; border-top: 0; }
.name strong { font-size: 15px; display: block; }
.name .chip { margin: 2px 0; }
.own-axis { display: none; }
.name .aside { display: block; }
.column { min-width: 0; }
.column.wide { grid-column: span 2; }
.what { margin: 0 0 1px; font-size: 13px; line-height: 1.4; color: var(--soft); }
.card > * + h3 { margin-top: 30px; }
.plot + .what { margin-top: 6px; }
.what b { color: var(--ink); font-weight: 650; }
.what .count { font-size: 20px; letter-spacing: -.02em; }
.void { margin: 0; padding: 10px 14px; border-radius: 10px; color: var(--bad); background: var(--bad-soft); }
.legend { margin: 12px 0 10px; color: var(--soft); font-size: 13px; max-width: 92ch; }
.key { margin-right: 10px; white-space: nowrap; color: var(--ink); }
.key::before { content: ""; display: inline-block; width: 9px; height: 9px; border-radius: 9px; margin-right: 6px; background: currentColor; }
.key.cpu::before { background: var(--cpu); } .key.wall::before { background: var(--wall); }

.plot { display: block; }
.trough { fill: var(--trough); }
.launches.even { fill: var(--accent); } .launches.odd { fill: var(--accent-2); }
.launches.reference.even { fill: var(--reference); } .launches.reference.odd { fill: var(--reference-2); }
.grid { stroke: var(--line); }
.tick { fill: var(--soft); font-size: 11px; }
.cpu { --mark: var(--cpu); } .wall { --mark: var(--wall); } .launches { --mark: var(--accent); }
.band { fill: var(--mark); opacity: .16; }
.dot { fill: var(--mark); opacity: .62; }
.median { stroke: var(--mark); stroke-width: 2.5; }
.margin { fill: var(--soft); opacity: .18; }
.one { stroke: var(--soft); stroke-dasharray: 2 3; }
.estimate { fill: var(--mark); }
.stem { stroke: var(--mark); opacity: .35; }
.whisker { stroke: var(--mark); stroke-width: 2; }
.trend { stroke: var(--mark); stroke-width: 2; stroke-linecap: round; }
.hatch-ground { fill: var(--modelled-soft); } .hatch-line { stroke: var(--modelled); stroke-width: 3; }
rect.modelled { fill: url(#hatch); stroke: var(--modelled); }
line.modelled { --mark: var(--ink); }
.modelled-card { border: 2px dashed var(--modelled); }
.modelled-badge { color: var(--modelled); background: var(--modelled-soft); }

.scroll { overflow-x: auto; margin: 0 0 14px; }
table { border-collapse: collapse; font-size: 13.5px; min-width: 100%; overflow-wrap: normal; }
caption { text-align: left; color: var(--soft); padding-bottom: 6px; }
th, td { padding: 7px 18px 7px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 500; vertical-align: bottom; }
th.right, td.right { text-align: right; }
tbody th { font-weight: 600; }
thead th, tbody th, td { white-space: nowrap; }
td span + span { display: block; }
.facts { margin: 12px 0 0; font-size: 14px; }
.facts div { display: grid; grid-template-columns: minmax(120px, 1fr) 4fr; gap: 4px 20px; padding: 6px 0; border-top: 1px solid var(--line); }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; min-width: 0; }

details.launches { border-top: 1px solid var(--line); }
details.launches:first-of-type { border-top: 0; }
summary { cursor: pointer; padding: 10px 4px; }
summary:hover { color: var(--accent); }
details ol { margin: 0 0 14px; padding-left: 3.2em; }
details li { padding: 3px 0; } details li::marker { color: var(--soft); font-size: 12px; }
details li code { display: block; color: var(--soft); }
details li b { color: var(--ink); font-weight: 600; }
.purpose { padding: 1px 6px; border-radius: 5px; background: var(--trough); }
.commands { margin: 8px 0 14px; }
.commands dt { color: var(--soft); font-size: 13px; }
.commands dd { margin: 0 0 8px; }
.commands code { display: block; padding: 8px 12px; border-radius: 8px; background: var(--trough); }
fieldset { display: flex; flex-wrap: wrap; gap: 4px 16px; border: 0; padding: 0; margin: 0 0 14px; font-size: 13.5px; }
legend { color: var(--soft); padding: 0; }
.search { display: flex; flex-wrap: wrap; gap: 4px 14px; align-items: baseline; margin: 0 0 10px; font-size: 13.5px; }
.search[hidden], .tl[hidden] { display: none; }
.search input {
  font: inherit; color: var(--ink); background: var(--trough); border: 1px solid var(--line); border-radius: 8px;
  padding: 4px 10px; width: 22em; max-width: 100%;
}
.search output { color: var(--soft); }
.tl { border-top: 1px solid var(--line); }
.tl > summary {
  display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr) 76px; gap: 14px; align-items: center; padding: 4px;
}
.tl-name { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; font-size: 13px; color: var(--soft); }
.tl-name b { color: var(--ink); }
.tl-bar { display: block; height: 10px; border-radius: 3px; background: var(--trough); overflow: hidden; }
.tl-bar i { display: block; height: 10px; min-width: 2px; background: var(--accent); }
.tl-time { text-align: right; font-size: 12.5px; }
.tl .facts { margin: 0 0 12px 12px; }
footer { padding-top: 6px; padding-bottom: 48px; color: var(--soft); font-size: 13px; }

@media (max-width: 760px) {
  .top, main, footer { padding-left: 14px; padding-right: 14px; }
  .card { padding: 16px 14px; }
  .row, .row.counts, .row.two { grid-template-columns: minmax(0, 1fr); gap: 10px; padding: 18px 0; }
  .row.axes { padding: 0; }
  .column.wide { grid-column: auto; }
  .facts div { grid-template-columns: minmax(0, 1fr); }
  .row.axes, .of-reference .plot, .of-reference .what + .plot ~ * { display: none; }
  .own-axis { display: block; }
  .tl > summary { grid-template-columns: minmax(0, 1fr) 76px; gap: 4px 10px; }
  .tl-bar { grid-row: 2; grid-column: 1 / -1; }
  .stats { flex-direction: column; }
}
@media print {
  body { background: none; } .card { break-inside: avoid; }
}
`;
