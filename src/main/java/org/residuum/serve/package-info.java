/**
 * Internal: requests of many threads gathered into batches. A request waits in {@link
 * org.residuum.serve.Gathering} until a {@link org.residuum.serve.Lane}, one a device, takes it
 * into a batch and runs that.
 */
package org.residuum.serve;
