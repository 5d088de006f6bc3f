/** Benchmarks of the stage on Spark. */
package org.residuum.spark;
