/**
 * A whole job on Spark for the command line: pictures from folders, lists and tables, a Parquet
 * table out. Internal: it may change.
 */
package org.residuum.spark.job;
