/**
 * A profiler without a GPU: the launches of a plan, counted on the PTX machine, and bounds on their
 * time on GPUs of which the data sheets are known. Nothing here is measured.
 */
package org.residuum.backend.cuda.profile;
