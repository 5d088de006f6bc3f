/**
 * What runs a network: a backend compiles it to a plan, a plan opens sessions, a session runs
 * batches.
 */
package org.residuum.backend;
