/**
 * How a report looks: system fonts, few colours, light and dark by the reader's setting, always light on paper.
 *
 * The six colours of variants can be told apart by the colour-blind (after Okabe and Ito, darkened or lightened until they stand out from the page by at
 * least 4.5 to 1); letters say the same. Text keeps 4.5 to 1 in both schemes: the browser's test computes it.
 */
const LIGHT = `--paper:#fff;--soft:#f5f6f7;--ink:#1c2127;--muted:#545d67;--line:#d5dadf;--rule:#8b95a0;--warn:#fdf3df;--edge:#b26a00;--focus:#0b57d0;
--v0:#0067a5;--v1:#b84a00;--v2:#00745a;--v3:#9c4389;--v4:#7d6200;--v5:#4b5563`
const DARK = `--paper:#14171a;--soft:#1e2226;--ink:#e7eaed;--muted:#a8b1ba;--line:#353c43;--rule:#77828d;--warn:#2d2412;--edge:#e0a030;--focus:#8ab4f8;
--v0:#5ab4ea;--v1:#f59b52;--v2:#3fc79d;--v3:#e094c8;--v4:#dccb4c;--v5:#bcc4cc`

export const STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media screen and (prefers-color-scheme:dark){:root{${DARK}}}
${[0, 1, 2, 3, 4, 5].map(i => `.v${i}{--c:var(--v${i})}`).join('')}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-behavior:smooth}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
header,main,footer,nav{max-width:70rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:3.5rem}
h1{font-size:2rem;line-height:1.2;margin:0;font-weight:650;letter-spacing:-.015em;text-wrap:balance}
h2{font-size:1.35rem;line-height:1.3;margin:3.75rem 0 1rem;font-weight:650;letter-spacing:-.01em}
h3{font-size:1.05rem;margin:2rem 0 .5rem;font-weight:600}
h4{font-size:1rem;margin:0 0 .5rem;font-weight:600}
.card>h3:first-child{margin-top:0}
p{margin:.6rem 0;max-width:46rem}
small{font-size:.8125rem;color:var(--muted);font-weight:400}
.question{font-size:1.15rem;color:var(--muted);margin:.5rem 0 0}
.verdict{margin:2.25rem 0 0}
.verdict h2{margin:0 0 .5rem;font-size:.8125rem;color:var(--muted);text-transform:uppercase;letter-spacing:.08em}
.verdict p:first-of-type{font-size:1.5rem;line-height:1.4;font-weight:500;margin:0 0 1.25rem;max-width:54rem;text-wrap:pretty}
.verdict p{max-width:54rem}
.beware{background:var(--warn);border-left:4px solid var(--edge);border-radius:3px;padding:1rem 1.25rem;margin:2rem 0 0}
.beware h2{font-size:1rem;margin:0 0 .35rem}
.beware ul{margin:0;padding-left:1.1rem}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:2.5rem 0 0;padding:.75rem 0 0;border-top:1px solid var(--line);font-size:.9375rem}
a{color:inherit;text-decoration-color:var(--rule);text-underline-offset:.2em}
a:hover{text-decoration-color:currentColor}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:2px}
.skip{position:absolute;left:-99rem;top:.5rem;background:var(--paper);padding:.5rem 1rem;z-index:1}
.skip:focus{left:.5rem}
.note{font-size:.875rem;color:var(--muted)}
.note b,.note small{font-size:inherit}
.note b{color:var(--ink);font-weight:600}
.none{color:var(--muted)}
abbr{text-decoration:none;cursor:help}
.p{display:inline-block;border:1px solid var(--rule);border-radius:3px;font-size:.6875rem;line-height:1.25;padding:0 .3rem;font-weight:600}
.mark{display:inline-block;min-width:1.3em;padding:0 .3em;border-radius:3px;background:var(--c);color:var(--paper);font-size:.8em;font-weight:700;line-height:1.45;text-align:center}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:2.25rem 3.5rem;align-items:start}
.pictures{display:flex;flex-wrap:wrap;gap:2.25rem 3.5rem}
.pictures .card{max-width:100%}
.card{min-width:0}
.wide{overflow-x:auto;max-width:100%}
.bars+.wide,.wide+.wide{margin-top:2.5rem}
sup{font-size:.7em;line-height:0}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;overflow-wrap:normal}
caption{text-align:left;font-weight:600;padding:0 0 .6rem}
th,td{text-align:left;vertical-align:top;padding:.5rem 1.25rem .5rem 0;border-top:1px solid var(--line)}
th:last-child,td:last-child{padding-right:0}
thead th,thead td{border-top:0;font-size:.8125rem;font-weight:500;color:var(--muted);padding-top:0;vertical-align:bottom}
.figures{width:100%}
.figures thead th{font-size:1rem;font-weight:600;color:var(--ink)}
.figures th[scope=row]{font-weight:400;min-width:9rem}
.figures th[scope=row] small{display:block}
.figures td{min-width:8rem}
td b{font-weight:600}
td small{display:block}
td .end{display:block;font-size:.8125rem}
.bars{width:100%}
.unit{display:block;text-align:center;font-size:.75rem}
.bars th[scope=row]{width:100%;min-width:10rem;font-weight:400;line-height:1.35}
.bars td{min-width:4.2rem;white-space:nowrap;line-height:1.35}
.bars .total>*{border-top:2px solid var(--rule)}
.bars .total th{font-weight:600}
tfoot td{border-top:0;padding-top:0}
svg{display:block;overflow:visible}
svg text{font-size:12px;fill:var(--muted);font-family:inherit}
.bar{margin:.35rem 0 .1rem}
.fill{fill:var(--c)}
.pale{fill:var(--c);fill-opacity:.38}
.open{fill:none;stroke:var(--c);stroke-dasharray:3 3}
.ground{fill:var(--soft)}
.point{fill:var(--c);stroke:var(--paper);stroke-width:1.5}
.interval,.cap{stroke:var(--c);stroke-width:2.5}
.arrow{fill:none;stroke:var(--c);stroke-width:2.5}
.bound{stroke:var(--c);stroke-width:2.5;stroke-dasharray:4 4}
.thin{stroke:var(--ink);stroke-width:1.5}
.grid{stroke:var(--line)}
.zero{stroke:var(--rule);stroke-width:1.5}
.plot .mark{stroke:var(--ink);stroke-dasharray:2 3;background:none}
.share,.quantile{paint-order:stroke;stroke:var(--paper);stroke-width:4px}
svg .quantile{fill:var(--ink)}
figure{margin:0}
details{margin:.5rem 0 0;font-size:.875rem}
summary{color:var(--muted);cursor:pointer;width:max-content;max-width:100%}
details table{margin-top:.75rem}
details ul{padding-left:1.1rem}
.picture rect{fill:var(--paper);stroke:var(--rule)}
.picture .system{fill:var(--soft);stroke:var(--line)}
.picture .host{fill:var(--paper);stroke:var(--ink)}
.picture .service{stroke:var(--ink);stroke-width:2}
.picture .array{fill:var(--soft);stroke:var(--ink)}
svg .name{fill:var(--ink);font-size:13px;font-weight:600}
svg .kind{font-size:11px}
svg .chip{fill:var(--ink)}
.line{fill:none;stroke:var(--rule);stroke-width:1.5}
.line.disk{stroke:var(--v0);stroke-width:2}
.line.spare{stroke:var(--v0);stroke-width:2;stroke-dasharray:6 4}
.line.feeds{stroke:var(--v1)}
.line.needs{stroke-dasharray:1 4;stroke-linecap:round;stroke-width:2}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;padding:0;margin:.75rem 0 0;font-size:.8125rem;color:var(--muted)}
.legend svg{display:inline-block;vertical-align:middle}
dl{display:grid;grid-template-columns:minmax(6rem,max-content) 1fr;gap:.5rem 2rem;margin:0}
dt{color:var(--muted)}
dd{margin:0;max-width:46rem}
pre{background:var(--soft);border-radius:4px;padding:.9rem 1.1rem;margin:.75rem 0 0;overflow-x:auto;white-space:pre-wrap;font:.875rem/1.5 ui-monospace,SFMono-Regular,Consolas,"Liberation Mono",monospace}
footer{padding-top:3rem;padding-bottom:4rem;color:var(--muted);font-size:.875rem}
@media (max-width:40rem){body{font-size:15px}header,main,footer,nav{padding-left:1rem;padding-right:1rem}header{padding-top:2rem}h1{font-size:1.6rem}.verdict p:first-of-type{font-size:1.2rem}dl{grid-template-columns:1fr;gap:0}dd{margin:0 0 .75rem}th,td{padding-right:.8rem}.figures td{min-width:6.5rem}.bars td{white-space:normal}.bars th[scope=row]{min-width:8.5rem}}
@media print{th,caption,td small{overflow-wrap:anywhere}@page{size:A4;margin:16mm 15mm}body{font-size:10pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}header,main,footer{padding-left:0;padding-right:0;max-width:none}header{padding-top:0}nav,.skip,details{display:none}
h1{font-size:20pt}h2{margin-top:11mm}.verdict p:first-of-type{font-size:13pt}h2,h3,h4,caption{break-after:avoid}.card,figure,tr,.beware,dl>div{break-inside:avoid}.card,.wide,figure{max-width:100%}.wide{overflow:visible}.cards{display:block}.card+.card{margin-top:6mm}.cards:has(figure){display:grid;grid-template-columns:1fr 1fr;gap:7mm 9mm}.cards:has(figure) .card{margin:0}
th,td{padding-top:1.2mm;padding-bottom:1.2mm}.bars td{min-width:0;white-space:normal;overflow-wrap:anywhere}.bars th[scope=row]{min-width:36mm}.figures th[scope=row],.figures td{min-width:0;overflow-wrap:anywhere}svg.picture[role]{max-width:100%;height:auto}pre{white-space:pre-wrap}}
`
