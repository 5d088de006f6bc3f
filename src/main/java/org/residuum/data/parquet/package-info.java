/**
 * Internal: Parquet tables by Apache Parquet's library, which is optional and known here only. No
 * Hadoop: the footer is read and columns are decoded by Parquet's own classes, but pages are
 * fetched here, one at a time, where the library holds whole row groups.
 */
package org.residuum.data.parquet;
