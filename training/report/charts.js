// What report.html draws with: `npm ci && npm run build` makes transforms/templates/report/charts.js of it.
export { axisY, barX, barY, plot, ruleX, ruleY, text } from "@observablehq/plot";
export { sankey, sankeyJustify, sankeyLinkHorizontal } from "d3-sankey";
