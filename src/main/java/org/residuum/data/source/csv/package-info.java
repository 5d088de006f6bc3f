/** Internal: tables in CSV. */
package org.residuum.data.source.csv;
