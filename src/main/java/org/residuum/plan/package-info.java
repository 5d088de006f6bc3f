/**
 * Internal: rewrites, which are passes from network to network, each in its file, and the plan of
 * the arena's memory.
 */
package org.residuum.plan;
