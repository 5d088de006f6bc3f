/**
 * The front door: {@link org.residuum.Model} opens any model's file, {@link org.residuum.Devices} a
 * device, {@link org.residuum.Classifier} tells pictures apart. Networks of one's own are built
 * with {@code network}, trained with {@code train} on data of {@code data.source}; packages that
 * say <em>internal</em> may change at any time.
 */
package org.residuum;
