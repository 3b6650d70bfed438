import { Route, Switch } from 'wouter';
import { WindowList } from './list.tsx';
import { WindowPage } from './window.tsx';

export default function Windows() {
  return (
    <Switch>
      <Route path="/windows/:id">{({ id }) => <WindowPage key={id} id={id} />}</Route>
      <Route component={WindowList} />
    </Switch>
  );
}
