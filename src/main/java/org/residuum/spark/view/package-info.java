/**
 * Internal: a table's pictures with what a model says of them, as a source of Spark SQL that is
 * called {@code residuum}.
 */
package org.residuum.spark.view;
