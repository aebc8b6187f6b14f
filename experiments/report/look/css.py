"""How the page looks. Nothing is fetched: system fonts, no pictures."""

from typing import Final

from experiments.report.look.print_css import PAPER

TEXT: Final = """
:root{
  color-scheme:light;--ink:#0B0C0C;--soft:#424B50;--rule:#CBD2D6;--pale:#EEF3F7;--navy:#12436D;--rust:#A33C00;
  --focus:#F46A25;--small:max(.84rem,14px);
  --sans:"Segoe UI","Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif;
  --serif:Charter,"Bitstream Charter","Iowan Old Style","Sitka Text",Cambria,Georgia,"Liberation Serif",serif;
}
*{box-sizing:border-box}
html{font-size:clamp(16px,.82rem + .42vw,21px);scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;color:var(--ink);background:#fff;font:1rem/1.55 var(--sans);overflow-wrap:break-word}
main{max-width:86rem;margin:0 auto;padding:0 clamp(1rem,4vw,4rem) 4rem}
h1,h2{font-family:var(--serif);line-height:1.12;letter-spacing:-.012em;margin:0;color:var(--navy)}
h1{font-size:clamp(2rem,1.3rem + 2.3vw,3.1rem)}
h2{font-size:clamp(1.6rem,1.2rem + 1.2vw,2.1rem)}
h3{font-size:1.2rem;line-height:1.3;margin:2rem 0 .5rem}
h4{font-size:1rem;line-height:1.35;margin:0 0 .5rem;text-wrap:pretty}
p,ul,ol,dl{margin:.6rem 0}
p{max-width:44rem;text-wrap:pretty}
a{color:var(--navy);text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
.small,.unit,.note{font-size:var(--small);color:var(--soft);line-height:1.45}
.unit{font-weight:400}
.wide{max-width:64rem}
.unseen,.on-narrow{
  position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;background:#fff;padding:.5rem;z-index:9}
.mark{display:inline-block;vertical-align:-.12em;overflow:visible;flex:none}
.defs{position:absolute}
.banner{
  position:sticky;top:0;z-index:5;background:var(--rust);color:#fff;font-weight:600;text-align:center;
  padding:.45rem 1rem;line-height:1.3}
.banner p{margin:0 auto;max-width:none}
.banner~main section{scroll-margin-top:4rem}
.opening{padding:clamp(1.2rem,2.2vw,2rem) 0 0}
.kicker{margin:0 0 .4rem;font-weight:600;color:var(--rust)}
.lead{font-size:1.08rem;max-width:none;margin:.6rem 0 0;color:var(--soft)}
.part-of-page{border-top:1px solid var(--rule);padding-top:2.2rem;margin-top:2.8rem}
.part-of-page>h2{margin-bottom:1rem}
.opening+.part-of-page{border:0;padding-top:1.2rem;margin-top:0}
.opening+.part-of-page>h2{font-size:1.5rem;margin-bottom:.7rem}
nav{margin:1.4rem 0 0;border-top:1px solid var(--rule);padding-top:1rem}
nav ol{
  list-style:none;padding:0;margin:0;display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;font-size:max(.9rem,14px)}
nav a{display:inline-block;padding:.2rem 0;min-height:24px}
code,pre{font-family:ui-monospace,"Cascadia Mono",Menlo,Consolas,"Liberation Mono",monospace;font-size:.9em}
code{overflow-wrap:anywhere}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:var(--small);max-height:24rem;overflow:auto}
details{margin:1rem 0}
summary{cursor:pointer;font-weight:600;color:var(--navy);min-height:24px}
"""

PARTS: Final = """
.cards{
  display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,15.5rem),1fr));gap:1.2rem;
  margin:.4rem 0 .8rem}
@media (max-width:80rem){
  .cards{grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr))}
}
.card{border:1px solid var(--rule);border-top:4px solid var(--navy);padding:.9rem 1.1rem .8rem}
.card h3{margin:0;font-size:1.05rem;display:flex;gap:.5rem;align-items:center;line-height:1.25}
.asked,.what{font-size:var(--small);color:var(--soft);margin:.4rem 0 0;line-height:1.4}
.what{margin:0;line-height:1.25}
.score{margin:.5rem 0 .6rem;line-height:1.2;display:flex;align-items:end;gap:.8rem}
.tally{flex:none}
.big{font:700 3rem/1 var(--serif);color:var(--navy)}
.of{font:400 1.6rem/1 var(--serif);color:var(--navy)}
.answer{margin:.5rem 0;line-height:1.4}
.warning{color:var(--rust);font-weight:600;margin:.4rem 0;font-size:max(.9rem,14px)}
body{counter-reset:plate}
.plate{counter-increment:plate}
figure{margin:1.6rem 0 0}
figcaption{margin-bottom:.8rem;max-width:64rem;line-height:1.45}
figcaption strong{font-size:1.1rem}
figcaption strong::after{content:". "}
figcaption>span{color:var(--soft)}
figcaption::before{content:"Figure " counter(plate) "  ";color:var(--rust);font-weight:600;white-space:pre}
.panels,.goals{
  display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,21rem),1fr));gap:1.4rem 2rem}
.goals{gap:1.2rem}
.goals.broad{grid-template-columns:repeat(auto-fill,minmax(min(100%,30rem),1fr))}
.panels.two{grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr))}
.panel{min-width:0;display:flex;flex-direction:column;justify-content:space-between}
.panel-head{font-weight:600;line-height:1.3;margin:0 0 .3rem}
.goal{border:1px solid var(--rule);padding:1rem 1.1rem;min-width:0}
.rows>.goal{
  border:0;border-top:1px solid var(--rule);padding:1.1rem 0;display:grid;
  grid-template-columns:minmax(0,3fr) minmax(0,5fr);gap:0 clamp(1rem,3vw,3rem);align-items:start}
.parts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr));gap:.8rem 2rem}
.rows>.vision{display:block}
@media (min-width:80rem){
  .rows>.vision{display:grid;grid-template-columns:minmax(0,4fr) minmax(0,5fr)}
}
.rows>.goal>h3,.rows>.goal>h4{margin:0 0 .5rem;grid-column:1/-1;font-size:1.08rem}
.goal h4 b,.matrix th b{color:var(--navy);margin-right:.25em}
.part{font-size:max(.9rem,14px);font-weight:600;margin:1rem 0 .2rem;line-height:1.35}
.part:first-child{margin-top:.2rem}
svg text{font-family:var(--sans)}
.chart{width:100%;height:auto;display:block;max-width:40rem}
.chart text{font-size:15px}
.goal .chart text{font-size:16.5px}
.chart .tick,.strip .tick{fill:var(--soft)}
.chart .end,.chart .flow,.bars .in{font-weight:600}
.chart .flow{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}
.strip,.strip text,.bars,.bars text{font-size:max(.88rem,14px)}
.strip svg,.bars svg{display:block;overflow:visible}
.bars .row-name{line-height:1.3}
.row{margin:.35em 0 .5em}
.row-words{
  display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 .8em;line-height:1.35;
  margin-bottom:.15em}
.row-name{font-weight:600}
.row-value{font-variant-numeric:tabular-nums;margin-left:auto}
@media print,(min-width:46.01rem){
  .tight{--name:9.6em;--said:11.4em}
  .drivers .tight{--said:13em}
  .tight .row{
    display:grid;grid-template-columns:var(--name) minmax(0,1fr) var(--said);gap:0 .7em;align-items:center;
    margin:.1em 0}
  .tight .row-words{display:contents}
  .tight .row-name{line-height:1.2}
  .tight .row-value{order:2;margin:0;text-align:right}
  .tight .row>svg{order:1}
  .tight>svg{
    margin-left:calc(var(--name) + .7em);
    width:calc(100% - var(--name) - var(--said) - 1.4em)}
}
.on-paper{display:none}
.goals+h4,.plain+h4{margin:1.4rem 0 .3rem}
.plain{padding-left:1.1rem;max-width:64rem;margin-top:.3rem}
.plain li{margin:.25rem 0}
.plain li .small{font-weight:400}
.terms dl{display:grid;gap:.7rem;margin:.6rem 0;max-width:64rem}
.terms dt{font-weight:600}
.terms dd{margin:.1rem 0 0}
.even table{table-layout:fixed}
.even thead th:first-child{width:31%}
.many,.price{display:block}
.many{font-weight:600}
.short{list-style:none;padding:0;columns:2;column-gap:8mm}
.short li{
  display:flex;justify-content:space-between;gap:.6em;padding:.12rem 0;border-bottom:1px solid var(--rule);
  break-inside:avoid;line-height:1.3}
.short li>span:last-child{white-space:nowrap}
.chances{list-style:none;padding:0;margin:.1rem 0 .7rem;font-size:max(.94rem,14px)}
.chances li{
  display:flex;flex-wrap:wrap;gap:.1em .5em;padding:.28rem 0;line-height:1.35;
  border-bottom:1px solid var(--rule)}
.chances .arm{font-weight:600;flex:1 1 auto}
.chances .said{margin-left:auto;text-align:right}
.key{
  list-style:none;padding:0;margin:.5rem 0;display:flex;flex-wrap:wrap;gap:.2rem 1.3rem;
  font-size:var(--small);color:var(--soft);line-height:1.4}
.key .mark{margin-right:.2em}
.assumed{margin-top:2.5rem;border-left:4px solid var(--rule);padding-left:clamp(.6rem,2vw,1.4rem)}
.assumed h3{margin-top:0}
.scale{
  list-style:none;padding:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(7.6rem,1fr));
  border:1px solid var(--rule)}
.scale li{
  padding:.6rem .7rem;border-right:1px solid var(--rule);display:grid;gap:.1rem;line-height:1.3;
  align-content:start}
.scale li:last-child{border-right:0}
.scale b{margin-top:.15rem}
.scale span{font-size:var(--small);color:var(--soft)}
.losses{border-left:.4rem solid var(--rust);padding:.4rem 1.1rem .6rem;background:#FDF3EE}
.losses h3{margin:.3rem 0}
.absent{border-left:.4rem solid var(--rule);padding:.3rem 1rem;color:var(--soft)}
.cannot li{margin:.4rem 0;max-width:48rem}
.locks{display:inline-flex;gap:1px;margin-right:.5em}
.grade{white-space:nowrap}
.facts{display:grid;gap:.2rem}
.facts div{display:grid;grid-template-columns:minmax(6rem,9rem) 1fr;gap:1rem}
.facts dt{font-weight:600}
.facts dd{margin:0;min-width:0;overflow-wrap:anywhere}
.facet-head{font-size:1.1rem;margin:1.4rem 0 .6rem}
.facet[hidden]{display:none}
.pick{border:0;padding:0;margin:.4rem 0 1rem;display:flex;flex-wrap:wrap;gap:.5rem}
.pick legend{float:left;font-weight:600;padding:.35rem .6rem .35rem 0}
.pick label{
  display:inline-flex;align-items:center;gap:.4rem;border:1px solid var(--soft);padding:.35rem .8rem;
  min-height:44px;cursor:pointer}
.pick label:has(:checked){background:var(--navy);border-color:var(--navy);color:#fff}
.pick label:has(:focus-visible){outline:3px solid var(--focus);outline-offset:2px}
.pick input{accent-color:#fff;margin:0}
"""

TABLES: Final = """
table{
  border-collapse:collapse;width:100%;font-size:max(.88rem,14px);line-height:1.4;
  font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;font-size:1rem;padding:.3rem 0 .5rem}
th,td{padding:.45rem .9rem .45rem 0;border-bottom:1px solid var(--rule);text-align:left;vertical-align:top}
thead th{border-bottom:2px solid var(--ink);vertical-align:bottom;line-height:1.25}
tbody th{font-weight:600}
.table{margin:1.4rem 0}
.table>.small{margin:.5rem 0 .2rem}
.save{display:inline-block;font-size:var(--small);margin:.4rem 0;min-height:24px}
.matrix{table-layout:fixed;margin-bottom:1.6rem}
.matrix th:first-child{width:34%}
.matrix tbody th{font-weight:400;line-height:1.35}
.matrix td{line-height:1.25}
.matrix .mark{float:left;margin:.05em .5em .3em 0}
.matrix .word{display:block;font-weight:600}
.matrix .count{display:block;font-size:var(--small);color:var(--soft)}
.matrix td>span{margin-left:2.1em}
.rung-table{table-layout:fixed}
.rung-table th,.rung-table td{font-size:var(--small);line-height:1.3;padding-right:.6rem}
.rung-table tbody th{font-weight:400}
.rung-table thead th:first-child{width:26%}
.rung-table td .mark{float:left;margin:.1em .4em 1em 0}
.rung-table td span{display:block}.rung-table .word{font-weight:700}
.rung-table caption{padding:0}
@media screen and (min-width:80rem){
  .rung-table td .mark{float:none;display:block;margin:0 0 .2em}
}
@media (max-width:46rem){
  .table table,.table tbody,.table tr,.table th,.table td,.table caption,
  .matrix,.matrix tbody,.matrix tr,.matrix th,.matrix td,.matrix caption{display:block}
  .table thead,.matrix thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
  .table tr,.matrix tr{border-bottom:2px solid var(--rule);padding:.5rem 0}
  .table td,.table tbody th,.matrix td,.matrix tbody th{border:0;padding:.15rem 0;width:auto}
  .matrix th:first-child{width:auto}
  .table td:not(:empty)::before{content:attr(data-head) ": ";color:var(--soft)}
  .matrix tr{display:grid;grid-template-columns:1fr 1fr;gap:.4rem .8rem}
  .matrix tbody th{grid-column:1/-1}
  .on-narrow{
    position:static;width:auto;height:auto;clip-path:none;white-space:normal;display:block;color:var(--soft);
    font-size:var(--small)}
  .rows>.goal{display:block}
  .goal{padding:.9rem .8rem}
  .rung-table,.rung-table tbody,.rung-table tr{display:block}
  .rung-table thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
  .rung-table tr{display:grid;grid-template-columns:1fr 1fr;gap:.2rem .8rem;padding:.5rem 0}
  .rung-table tbody th{grid-column:1/-1;font-weight:600}
  .rung-table th,.rung-table td{border:0;padding:.1rem 0}
  .rung-table tr{border-bottom:1px solid var(--rule)}
  .facts div{grid-template-columns:1fr;gap:0}
}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
"""

STYLE: Final = TEXT + PARTS + TABLES + PAPER
