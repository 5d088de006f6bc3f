/** Internal: charts as SVG, for pages that need no other file. */
package org.residuum.report.chart;
