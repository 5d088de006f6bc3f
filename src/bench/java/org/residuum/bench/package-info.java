/** Benchmarks: what they measure, and the samples that come of it. */
package org.residuum.bench;
