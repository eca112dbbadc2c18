/** The report's style: one file, no request, readable on paper. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1d1b18;--soft:#6b655c;--line:#ded8cd;--paper:#fbf9f5;--card:#fff;--red:#b3261e;--amber:#8a5a00;--green:#2c6e49;--blue:#33567a}
@media (prefers-color-scheme:dark){:root{--ink:#ece7de;--soft:#a59d90;--line:#3a362f;--paper:#171512;--card:#201d19;--red:#ff8a7a;--amber:#f0bd62;--green:#86c79f;--blue:#9dbfe3}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.65 system-ui,"Hiragino Sans","Noto Sans CJK JP","Noto Sans JP",sans-serif}
main{max-width:64rem;margin:0 auto;padding:2.5rem 1.25rem 5rem}
h1{font-size:1.05rem;font-weight:600;color:var(--soft);margin:0 0 .5rem;letter-spacing:.04em}
h2{font-size:1.2rem;margin:2.75rem 0 .75rem;padding-bottom:.35rem;border-bottom:1px solid var(--line)}
.verdict{border-left:.5rem solid var(--tone);background:var(--card);padding:1.5rem 1.75rem;border-radius:.25rem}
.verdict strong{display:block;font-size:2.3rem;line-height:1.2;color:var(--tone)}
.verdict p{margin:.6rem 0 0;font-size:1.1rem}.verdict .advice{font-weight:600}
.tampered{--tone:var(--red)}.changed{--tone:var(--amber)}.clean{--tone:var(--green)}.not-fully-observed{--tone:var(--blue)}.unobserved{--tone:var(--blue)}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.25rem;margin:1.25rem 0 0;font-size:.9rem}
dl.facts dt{color:var(--soft)}dl.facts dd{margin:0;overflow-wrap:anywhere}
.finding{background:var(--card);border:1px solid var(--line);border-left:.3rem solid var(--tone);border-radius:.25rem;padding:1rem 1.25rem;margin:.75rem 0}
.finding h3{margin:0 0 .35rem;font-size:1.02rem;overflow-wrap:anywhere}.finding p{margin:.25rem 0;overflow-wrap:anywhere;white-space:pre-line}.finding small{color:var(--soft)}
pre.diff{margin:.5rem 0;padding:.5rem .75rem;border:1px solid var(--line);overflow-x:auto;font:.8rem/1.5 ui-monospace,"SFMono-Regular",Menlo,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
ul.refs{margin:.5rem 0 0;padding-left:1.2rem;font-size:.85rem;color:var(--soft)}ul.refs li{overflow-wrap:anywhere}
svg.picture{width:100%;min-width:46rem;height:auto;display:block;font:12px ui-monospace,"SFMono-Regular",Menlo,"Noto Sans CJK JP",monospace}svg.picture rect{fill:var(--card);stroke:var(--tone);stroke-width:1.3}svg.picture text{fill:var(--ink)}svg.picture text.head{fill:var(--soft);font-family:system-ui,"Noto Sans CJK JP",sans-serif;font-size:13px}svg.picture path{fill:none;stroke:var(--tone);stroke-width:2}svg.picture path.tampered{stroke-width:3}
.legend{font-size:.85rem;color:var(--soft);margin:.4rem 0}.legend b{color:var(--tone)}
ol.paths li{font-size:.9rem;overflow-wrap:anywhere}ol.paths b{color:var(--tone)}
details summary{cursor:pointer;color:var(--soft)}details.visit{border-top:1px solid var(--line);padding:.75rem 0}details.visit summary{color:var(--ink);font-weight:600}h3{font-size:1rem;margin:1.75rem 0 .5rem}
table.sides{table-layout:fixed;margin:.5rem 0}table.sides caption{text-align:left;color:var(--soft);overflow-wrap:anywhere}table.sides td{border-right:1px solid var(--line);padding-left:.5rem}mark{background:color-mix(in srgb,var(--red) 25%,transparent);color:inherit;border-radius:.15rem}
.path span{padding:.15rem .6rem;border:1px solid var(--line);border-radius:1rem;font-size:.9rem;overflow-wrap:anywhere;max-width:100%}.path i{color:var(--soft);font-style:normal}.path b{margin-left:auto;color:var(--tone);font-size:.85rem}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.86rem}th,td{text-align:left;vertical-align:top;padding:.4rem .75rem .4rem 0;border-bottom:1px solid var(--line)}th{color:var(--soft);font-weight:600;white-space:nowrap}td{overflow-wrap:anywhere}td.n{text-align:right;white-space:nowrap}
code{font:.85em ui-monospace,"SFMono-Regular",Menlo,monospace;overflow-wrap:anywhere}.quiet{color:var(--soft)}
figure{margin:1rem 0}figure img{max-width:100%;border:1px solid var(--line);border-radius:.25rem;background:#fff}figcaption{font-size:.85rem;color:var(--soft)}
.shots{display:grid;grid-template-columns:repeat(auto-fit,minmax(18rem,1fr));gap:1rem}
@media print{main{padding:0}h2{break-after:avoid}.finding,svg.picture,figure{break-inside:avoid}}
`;
