package org.residuum.spark.job;

/**
 * Where a job's rows go.
 *
 * @param folder of Parquet files
 * @param overwrite whether it may be there
 * @param partitions tasks that the rows are dealt to; 0 as they are read
 */
public record JobOutput(String folder, boolean overwrite, int partitions) {}
