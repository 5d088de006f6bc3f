/**
 * Internal: every operation in plain loops and double precision: what the other backends are
 * measured against.
 */
package org.residuum.backend.reference;
