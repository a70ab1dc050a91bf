// The module Plotting.
