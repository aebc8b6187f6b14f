"""How the page looks on paper: A4, the main rows of tables, one of several alternatives."""

from typing import Final

PAPER: Final = """
@page{
  size:A4;margin:17mm 15mm 16mm;
  @bottom-right{
    content:counter(page) " of " counter(pages);font:9pt Arial,"Liberation Sans",sans-serif;color:#424B50}
  @bottom-left{
    content:"A model for exploring choices, not a forecast";font:9pt Arial,"Liberation Sans",sans-serif;
    color:#424B50}
}
@media print{
  html{font-size:10pt}
  :root{--small:8.8pt}
  body{print-color-adjust:exact;-webkit-print-color-adjust:exact;line-height:1.42}
  main{max-width:none;padding:0 1px}
  nav,.skip,.save,.pick,details.behind,.minor,.on-screen{display:none}
  .on-paper{display:block}
  .opening{padding-top:0}
  h1{font-size:23pt}
  h2{font-size:17pt}
  h3{margin:5mm 0 2mm}
  .lead{font-size:10.5pt}
  p{max-width:none}
  table,.part,.bars,.bars text,.short{font-size:9.2pt}
  .chances{font-size:8.8pt}
  .strip,.strip text{font-size:8.8pt}
  .tight{--name:8.2em;--said:10.3em}
  .vision .tight{--name:9.6em}
  .drivers .tight{--said:12.2em}
  .row{margin:.1em 0 .25em}
  th,td{padding:1mm 2.5mm 1mm 0}
  .table{margin:4mm 0}
  .cards{grid-template-columns:1fr 1fr;gap:3.5mm}
  .card{padding:2.4mm 3.5mm}
  .answer{line-height:1.34}
  .score{margin:1mm 0 1.5mm}
  .big{font-size:24pt}
  .of{font-size:13pt}
  .scale{grid-template-columns:repeat(7,1fr)}
  .scale li{padding:1.5mm}
  .scale b{font-size:9.2pt}
  figure{margin-top:4mm}
  figcaption{margin-bottom:2mm;max-width:none}
  figcaption strong{font-size:10.5pt}
  .card,.panel,.words,tr,.losses,.scale,figcaption,h2,h3,h4,.key,.strip{break-inside:avoid}
  h2,h3,h4,figcaption,caption,.facet-head,.panel-head,.facet>.key,.plate>.key{break-after:avoid}
  thead{display:table-header-group;break-after:avoid}
  tbody tr:first-child{break-before:avoid}
  .part-of-page,.opening+.part-of-page{border:0;padding-top:0;margin-top:8mm}
  .part-of-page.new-page{break-before:page;margin-top:0}
  .part-of-page>h2{margin-bottom:2.5mm}
  .panels,.goals,.panels.two,.goals.broad{grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:3mm 6mm}
  .facet-head{margin:4mm 0 2mm}
  .facet+.facet{margin-top:5mm}
  .goal{padding:2.2mm 3mm;break-inside:avoid}
  .goal h4{margin-bottom:1mm;font-size:9.6pt}
  .goal .chances{margin-bottom:1mm}
  .chances li{padding:.5mm 0}
  .goal .small{margin:1mm 0 0}
  .facts,.row,.terms div{break-inside:avoid}
  .assumed>div{break-after:avoid}
  .assumed{margin-top:6mm;padding-left:3mm}
  .matrix{font-size:8.8pt}
  .matrix th:first-child{width:33%}
  .matrix th,.matrix td{padding:.8mm 1.5mm .8mm 0}
  .matrix td>span{margin-left:1.7em}
  .matrix .mark{margin:.05em .35em .2em 0}
  .rows>.goal{display:block;columns:2;column-gap:8mm;padding:2.5mm 0}
  .rows>.goal>h3,.rows>.goal>h4{column-span:all;font-size:10pt;margin-bottom:1.5mm}
  .parts{display:block}
  .rows>.goal>div:not(.parts),.parts>div{break-inside:avoid}
  .part{margin-top:2mm}
  .rows>.vision{columns:auto}
  .rung-table th,.rung-table td{padding:.6mm 1.5mm .6mm 0}
  .brief,.split,.plain li{break-inside:avoid}
  .needed>p{break-after:avoid}
  .goals+h4,.plain+h4{margin-top:3mm}
  .chart{max-width:none}
  .series .chart{height:46mm}
  .paths .chart{height:57mm}
  .needed .chart{height:42mm}
  .banner{position:static;padding:0}
  a{color:inherit;text-decoration:none}
}
"""

ON_EVERY_PAGE: Final = """
@media print{
  body{display:table;width:100%;table-layout:fixed}
  main{display:table-row-group}
  .banner{display:table-header-group;break-inside:avoid;background:none}
  .banner p{border:1.2pt solid var(--rust);color:var(--rust);padding:1mm 3mm;margin:0 0 4mm;font-size:9.5pt}
}
"""
"""Prints the banner above every page, as the head of a table is: all browsers repeat that. An outline, for
printers may leave out grounds."""
