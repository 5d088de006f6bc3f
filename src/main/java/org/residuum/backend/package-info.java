/**
 * Runs networks: a {@link org.residuum.backend.Backend} compiles one to a {@link
 * org.residuum.backend.Plan}, a plan opens sessions, a {@link org.residuum.backend.Session} runs
 * batches.
 */
package org.residuum.backend;
