/**
 * Internal: trainings into a folder, which holds the model and on the way its checkpoints: the lock
 * on it, saving, going on after an interruption. The command line and Java programs call it alike.
 */
package org.residuum.job;
