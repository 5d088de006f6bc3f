/** Internal: pages about trainings and evaluations, with charts, and quantities in words. */
package org.residuum.report;
