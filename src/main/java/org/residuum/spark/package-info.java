/**
 * Residuum on Apache Spark: {@link org.residuum.spark.ImageClassifier}, a stage of an ML pipeline.
 * Spark itself has to be on the class path; nothing else in Residuum needs it.
 */
package org.residuum.spark;
