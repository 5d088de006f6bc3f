package org.residuum.spark.job;

import java.util.List;

/**
 * What a job reads.
 *
 * @param sources all of one kind: {@code DIR}, {@code @LIST}, {@code parquet:PATH} and so on
 * @param column of tables the one of pictures; null for the usual one
 * @param root what relative paths start from; null for the working folder
 * @param keep columns of tables that go into the output; null for all but the pictures' bytes
 */
public record JobInput(List<String> sources, String column, String root, List<String> keep) {}
