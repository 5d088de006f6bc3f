/**
 * Internal: what files beside a model, and properties in it, say about labels and preprocessing.
 */
package org.residuum.format.metadata;
