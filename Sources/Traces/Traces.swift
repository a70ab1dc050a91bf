// The module Traces.
